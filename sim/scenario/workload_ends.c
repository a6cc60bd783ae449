/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/workload_ends.c - the ends of a workload: the adapter it runs on, who is at the other end, and for
 * backups the array that is read.
 */
#include "sim/scenario/check.h"

#include <string.h>

/* The kinds of network of the adapters of `vm`, as names for messages. */
static struct scn_node *workload_choices(struct scn_check *c, const struct scn_vm *vm, int kind)
{
    struct scn_node *names = scn_node_map(c->scratch, vm->pos);

    for (size_t i = 0; i < vm->adapters; i++) {
        const struct scn_network *net = &c->study->network[vm->adapter[i].network];

        if (net->kind == kind && scn_node_find(names, net->name) == SCN_NONE)
            scn_node_add(c->scratch, names, net->name, vm->pos, NULL);
    }
    return names;
}

int32_t scn_workload_adapter(struct scn_at at, const struct scn_vm *vm, int kind)
{
    struct scn_check *c = at.c;
    const char *text = at.node ? scn_text(at) : NULL;
    struct scn_node *choices = workload_choices(c, vm, kind);
    const char *a_kind = kind == SCN_FC ? "vhbas" : "vnics";
    const size_t known = text ? scn_node_find(c->names.networks, text) : SCN_NONE;
    int32_t only = -1;
    size_t fitting = 0;

    for (size_t i = 0; i < vm->adapters; i++) {
        const struct scn_network *net = &c->study->network[vm->adapter[i].network];

        if (text && (strcmp(net->name, text) == 0 || strcmp(vm->adapter[i].name, text) == 0))
            return (int32_t)i;
        if (net->kind == kind) {
            only = (int32_t)i;
            fitting++;
        }
    }
    if (known != SCN_NONE)
        scn_error(at, "'%s' has no adapter on network '%s'; add one under %s", vm->name, text,
                  c->study->network[known].kind == SCN_FC ? "vhbas" : "vnics");
    else if (text)
        scn_resolve(at, text, choices, "network or adapter");
    else if (!at.node && fitting == 0)
        scn_error(at, "'%s' has no adapter for this workload; add one under %s", vm->name, a_kind);
    else if (!at.node && fitting > 1)
        scn_error(at, "'%s' has several adapters that fit; say which one: %s", vm->name,
                  scn_node_keys(c->scratch, choices, 12));
    return !text && !at.node && fitting == 1 ? only : -1;
}

static bool peer_is_on(const struct scn_peer *p, uint32_t network)
{
    for (size_t i = 0; i < p->networks; i++)
        if (p->network[i] == network)
            return true;
    return false;
}

/* How well a peer serves a workload by default: 0 = not at all; backups prefer backup servers, others avoid them. */
static int peer_suits(const struct scn_peer *p, enum vio_shape shape, uint32_t network, bool storage)
{
    bool backup;

    if (p->storage != storage || !peer_is_on(p, network))
        return 0;
    if (!p->node)
        return 1; /* refused already */
    backup = strcmp(p->node->type, "backup-server") == 0;
    return storage || backup == (shape == VIO_SHAPE_BACKUP) ? 2 : 1;
}

/* The first of the most suitable peers on a network, or -1 with an error. */
static int32_t peer_default(struct scn_at at, enum vio_shape shape, uint32_t network, bool storage)
{
    const struct scn_study *s = at.c->study;
    int32_t best = -1;
    int suits = 0;

    for (size_t i = 0; i < s->peers; i++) {
        const int suit = peer_suits(&s->peer[i], shape, network, storage);

        if (suit > suits) {
            best = (int32_t)i;
            suits = suit;
        }
    }
    if (best >= 0)
        at.c->peer_used[best] = true;
    else
        scn_error(at, "nothing on network '%s' can serve it; add %s, or name the other end with peer:",
                  s->network[network].name, storage ? "an array under storage:" : "a peer under peers:");
    return best;
}

/* A VM class or hypervisor with an adapter on the network. */
static bool vm_is_on(const struct scn_vm *vm, uint32_t network)
{
    for (size_t i = 0; i < vm->adapters; i++)
        if (vm->adapter[i].network == network)
            return true;
    return false;
}

static bool peer_hypervisor(struct scn_at at, uint32_t network, struct scn_workload *out)
{
    const struct scn_study *s = at.c->study;

    for (size_t i = 0; i < s->server_groups; i++)
        if (vm_is_on(&s->servers[i].hypervisor, network)) {
            out->peer_vms = -2;
            return true;
        }
    scn_error(at, "no hypervisor has an adapter on network '%s'; add one under servers.NAME.vnics",
              s->network[network].name);
    return false;
}

/* The other end is on `networks`, none of them `network`. In words: to another zone, if that is what it is. */
static void peer_error_elsewhere(struct scn_at at, const char *what, const char *name, const uint32_t *networks,
                                 size_t n, uint32_t network)
{
    const struct scn_study *s = at.c->study;
    const struct scn_network *here = &s->network[network];
    struct scn_node *on = scn_node_map(at.c->scratch, at.pos);
    const char *zone = NULL;
    bool same = false;

    for (size_t i = 0; i < n; i++) {
        const struct scn_network *there = &s->network[networks[i]];

        if (networks[i] >= s->networks) /* unknown; that has been said */
            continue;
        scn_node_add(at.c->scratch, on, there->name, at.pos, NULL);
        same = same || there->kind != here->kind || strcmp(there->zone, here->zone) == 0;
        zone = there->zone;
    }
    if (zone && !same)
        scn_error(at, "%s'%s' is on %s in zone '%s', the workload on '%s' in zone '%s'; frames never cross zones", what,
                  name, scn_node_keys(at.c->scratch, on, 12), zone, here->name, here->zone);
    else
        scn_error(at, "%s'%s' is not on network '%s' (it is on %s)", what, name, here->name,
                  on->n ? scn_node_keys(at.c->scratch, on, 12) : "none");
}

static bool peer_class(struct scn_at at, const char *text, uint32_t network, struct scn_workload *out)
{
    const struct scn_study *s = at.c->study;
    const size_t vm = scn_resolve(at, text, at.c->names.vms, "VM class");

    if (vm == SCN_NONE)
        return false;
    if (!vm_is_on(&s->vm[vm], network)) {
        const size_t n = s->vm[vm].adapters;
        uint32_t *on = sim_arena_alloc(at.c->scratch, n + 1, sizeof(*on));

        for (size_t i = 0; i < n; i++)
            on[i] = s->vm[vm].adapter[i].network;
        peer_error_elsewhere(at, "VM class ", text, on, n, network);
        return false;
    }
    out->peer_vms = (int32_t)vm;
    return true;
}

/* A peer that is named: it is of the right sort and on the network. */
static int32_t peer_named(struct scn_at at, const char *text, uint32_t network, bool storage)
{
    const struct scn_study *s = at.c->study;
    const size_t i = scn_resolve(at, text, at.c->names.peers, storage ? "storage" : "peer");

    if (i == SCN_NONE)
        return -1;
    at.c->peer_used[i] = true;
    if (s->peer[i].storage != storage) {
        scn_error(at, "'%s' is %s; this workload needs %s", text, s->peer[i].storage ? "storage" : "no storage",
                  storage ? "storage" : "a peer that takes messages");
        return -1;
    }
    if (peer_is_on(&s->peer[i], network))
        return (int32_t)i;
    peer_error_elsewhere(at, "", text, s->peer[i].network, s->peer[i].networks, network);
    return -1;
}

bool scn_workload_peer(struct scn_at at, uint32_t network, struct scn_workload *out)
{
    const bool storage = out->type->shape == VIO_SHAPE_BLOCK;
    struct scn_at peer = scn_at_key(at, "peer"), to = scn_at_key(at, "to");
    const char *text;

    if (peer.node && to.node)
        scn_error(to, "means the same as peer, which is given too; leave one out");
    if (!peer.node)
        peer = to;
    text = peer.node ? scn_text(peer) : NULL;
    if (peer.node && !text)
        return false;
    if (text && storage && (strcmp(text, "next-server") == 0 || strncmp(text, "vms:", 4) == 0)) {
        scn_error(peer, "a %s workload needs storage at the other end, '%s' is none", out->type->type, text);
        return false;
    }
    if (text && strcmp(text, "next-server") == 0)
        return peer_hypervisor(peer, network, out);
    if (text && strncmp(text, "vms:", 4) == 0)
        return peer_class(peer, text + 4 + strspn(text + 4, " "), network, out);
    peer.pos = text ? peer.pos : at.pos;
    out->peer = text ? peer_named(peer, text, network, storage) : peer_default(at, out->type->shape, network, storage);
    return out->peer >= 0;
}

bool scn_workload_san(struct scn_at at, const struct scn_vm *vm, struct scn_workload *out)
{
    struct scn_check *c = at.c;
    struct scn_at from = scn_at_key(at, "from");
    const char *text = from.node && from.node->kind == SCN_SCALAR ? from.node->text : "";
    const size_t array = scn_node_find(c->names.peers, text);

    if (array == SCN_NONE || !c->study->peer[array].storage) {
        out->san_adapter = scn_workload_adapter(from, vm, SCN_FC);
        if (out->san_adapter >= 0)
            out->san_peer =
                peer_default(from.node ? from : at, VIO_SHAPE_BLOCK, vm->adapter[out->san_adapter].network, true);
        return out->san_peer >= 0;
    }
    c->peer_used[array] = true;
    out->san_peer = (int32_t)array;
    for (size_t i = 0; i < vm->adapters && out->san_adapter < 0; i++)
        if (peer_is_on(&c->study->peer[array], vm->adapter[i].network))
            out->san_adapter = (int32_t)i;
    if (out->san_adapter < 0)
        scn_error(from, "'%s' has no adapter on a network of '%s'; add one under vhbas", vm->name, text);
    return out->san_adapter >= 0;
}
