/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/isolation.c - networks that share a wire and never see each other's frames.
 *
 * A VLAN tag, an InfiniBand P_Key and a VSAN with its zones do the same: a frame carries the number of its network, and
 * a port that is no member of that network does not take it. Here every packet is tagged where it is made, with the
 * network of the endpoint its path begins at, and looked at where it is delivered, against the network of the endpoint
 * the path ends at. The two are set from the two endpoints separately, so that a flow joined to the wrong endpoint, or
 * a path that leads elsewhere, shows. A packet that would cross is not delivered; it is counted, and the run is broken.
 *
 * Not here: whether the cables between them carry the network. That does not depend on time, so the plan checks it.
 */
#include "models/egress_private.h"
#include "models/transport.h"

/* Whether the packet is at the last hop of `path`. */
static bool isolation_ends(const struct vio_packet *p, const struct vio_path *path)
{
    return p->hop + 1 == path->hop + path->n;
}

static const struct vio_path *isolation_path(const struct vio_packet *p)
{
    const struct vio_flow *f = p->flow;

    if (isolation_ends(p, f->there))
        return f->there;
    for (const struct vio_former *old = f->former; old && !isolation_ends(p, f->back); old = old->next)
        for (int way = 0; way < VIO_WAYS; way++) /* under way when the flow moved */
            if (isolation_ends(p, old->path[way]))
                return old->path[way];
    return f->back;
}

bool vio_isolation_admits(const struct vio_packet *p)
{
    return p->segment == isolation_path(p)->admits;
}

void vio_isolation_refuse(const struct vio_packet *p)
{
    const struct vio_path *path = isolation_path(p);
    struct vio_crossing *c = &p->flow->world->crossing;

    if (c->pkts++)
        return;
    c->segment = p->segment;
    c->admits = path->admits;
    c->flow = p->flow->path;
    c->end = path->end ? path->end : p->flow->path;
}
