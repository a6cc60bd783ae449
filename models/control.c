/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control.c - the numbers that flow control, admission and marking share.
 */
#include "models/control.h"

#include <math.h>

#include "models/egress.h"

enum { CONTROL_PFC_FRAME_B = 84 }; /* MAC control frame of 64 B, preamble 8, gap 12: IEEE 802.3 annex 31B */

#define CONTROL(field) offsetof(struct vio_egress_config, field)

const struct sim_param vio_control_params[] = {
    {"credits", SIM_PARAM_COUNT, CONTROL(credits), "0", NULL, NULL,
     "receive buffer: frames (FC) or 64 B blocks per lane (IB); 0 = the technology's", "FC-FS-3; IBA vol. 1 cl. 7.9"},
    {"xoff", SIM_PARAM_SIZE, CONTROL(xoff_B), "0 B", NULL, NULL,
     "pfc, pause: occupancy above which the sender is paused",
     "IEEE 802.1Qbb; at a node with a shared buffer alpha "
     "times its free part takes its place"},
    {"xon", SIM_PARAM_SIZE, CONTROL(xon_B), "0 B", NULL, NULL, "pfc, pause: occupancy at which it may go on",
     "IEEE 802.1Qbb"},
    {"headroom", SIM_PARAM_SIZE, CONTROL(headroom_B), "0 B", NULL, NULL,
     "pfc, pause: room for what is still on its way; left out: by the formula for rate, length and frame size",
     "[S45]"},
    {"pause_time", SIM_PARAM_COUNT, CONTROL(pause_quanta), "65535", "1", "65535",
     "pfc, pause: quanta of 512 bit times that a pause lasts unless it is renewed or ended", "IEEE 802.3 annex 31B"},
    {"pause_refresh", SIM_PARAM_COUNT, CONTROL(pause_refresh_quanta), "32767", "0", "65535",
     "pfc, pause: quanta after which a pause still needed is renewed; 0 = only when a frame arrives after its end",
     "assumption A-070"},
    {"ecn_min", SIM_PARAM_SIZE, CONTROL(ecn_min_B), "0 B", NULL, NULL,
     "ecn: queue of the class above which arriving packets begin to be marked; 0 B = no marking", "[S51], [S52]"},
    {"ecn_max", SIM_PARAM_SIZE, CONTROL(ecn_max_B), "0 B", NULL, NULL,
     "ecn: queue above which all are marked; not above ecn_min = a step there", "[S51]"},
    {"ecn_probability", SIM_PARAM_FRACTION, CONTROL(ecn_probability), "20%", NULL, NULL,
     "ecn: marked part just below ecn_max, rising linearly from 0 at ecn_min", "[S51]"},
    {0}};

uint64_t vio_headroom_nic_B(uint64_t rate_bps, double length_m, uint32_t mtu_B)
{
    const double gbps = (double)rate_bps / 1e9;

    return (uint64_t)ceil((301 + 2.16 * length_m) * gbps + 2.72 * mtu_B);
}

uint64_t vio_headroom_B(uint64_t rate_bps, sim_time cable_ps, uint32_t local_B, uint32_t peer_B, sim_time response_ps)
{
    return vio_link_B_in(rate_bps, 2 * cable_ps + response_ps) + local_B + CONTROL_PFC_FRAME_B + peer_B;
}
