/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/peers.c - what is there besides the servers: clients, backup servers, storage arrays.
 */
#include "sim/scenario/check.h"

#include <string.h>

#define PEER(field) offsetof(struct scn_peer, field)

static const struct sim_param peer_params[] = {
    {"ports", SIM_PARAM_COUNT, PEER(ports), "1", "1", "1024", "ports to each of its networks", "design choice"}, {0}};

static const struct scn_field peer_fields[] = {
    {"kind", SCN_FREE, NULL, true, "kind of peer", "what it is, for example client-cloud or backup-server"},
    {"networks", SCN_NAMES, NULL, true, "list of networks", "the networks it is on"},
    {"link", SCN_FREE, NULL, false, "link technology", "of its ports; default 10gbe, on FC networks fc-8g"},
    {0}};

static const struct scn_field storage_fields[] = {
    {"kind", SCN_FREE, NULL, false, "kind of storage", "default array"},
    {"networks", SCN_NAMES, NULL, true, "list of networks", "the SANs it is on"},
    {"link", SCN_FREE, NULL, false, "link technology", "of its ports; default fc-8g, on Ethernet networks 10gbe"},
    {0}};

const struct scn_section scn_section_peer = {"peers.NAME", "Something that the servers exchange data with.",
                                             peer_params, peer_fields, SCN_EXTRA_PEER};
const struct scn_section scn_section_storage = {"storage.NAME", "A storage array.", peer_params, storage_fields,
                                                SCN_EXTRA_STORAGE};

/* The link can carry what the networks are made of. */
static void peer_check_link(struct scn_at at, const struct scn_peer *p)
{
    for (size_t i = 0; p->link && i < p->networks; i++) {
        const struct scn_network *net = &at.c->study->network[p->network[i]];

        if (!p->link->framing[net->kind == SCN_FC ? VIO_PROTO_FC : VIO_PROTO_IP].carried)
            scn_error(scn_at_key(at, "link"), "%s cannot carry %s, which is the kind of network '%s'", p->link->type,
                      net->kind == SCN_FC ? "Fibre Channel" : "Ethernet", net->name);
    }
}

static void peer_read(struct scn_at at, const struct scn_section *section, const char *name, struct scn_peer *p)
{
    struct scn_check *c = at.c;
    const char *dflt = "10gbe";

    scn_check_name(at, name);
    p->name = sim_arena_text(c->arena, name);
    p->pos = scn_keep_pos(c, at.key_pos);
    p->storage = section == &scn_section_storage;
    p->ports = 1;
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "settings are expected here, as in {%snetworks: [...]}", p->storage ? "" : "kind: ..., ");
        return;
    }
    p->node = scn_node_get(at.node, "kind") || p->storage
                  ? scn_resolve_node(at, p->storage ? "array" : NULL, p->storage)
                  : NULL;
    if (p->node) {
        p->config = sim_arena_alloc(c->arena, 1, p->node->config_size);
        scn_check_keys(at, section, p->node->params);
        scn_check_params(at, p->node->params, section, p->config);
    } else if (!scn_node_get(at.node, "kind")) {
        scn_check_keys(at, section, NULL);
    }
    scn_check_params(at, peer_params, NULL, p);
    p->network = scn_resolve_list(at, "networks", c->names.networks, "network", &p->networks);
    if (p->networks && c->study->network[p->network[0]].kind == SCN_FC)
        dflt = "fc-8g";
    for (size_t i = 0; i < p->networks; i++)
        c->network_used[p->network[i]] = true;
    p->link = scn_resolve_link(at, "link", dflt);
    peer_check_link(at, p);
}

void scn_read_peers(struct scn_check *c)
{
    struct scn_at peers = scn_at_key(scn_at_root(c), "peers"), storage = scn_at_key(scn_at_root(c), "storage");
    const size_t n_peers = scn_is_map(peers) ? peers.node->n : 0, n_storage = scn_is_map(storage) ? storage.node->n : 0;
    struct scn_node *names = scn_node_map(c->scratch, c->root->pos);

    c->study->peer = sim_arena_alloc(c->arena, n_peers + n_storage + 1, sizeof(*c->study->peer));
    c->study->peers = n_peers + n_storage;
    c->peer_used = sim_arena_alloc(c->scratch, n_peers + n_storage + 1, sizeof(bool));
    for (size_t i = 0; i < n_peers; i++)
        scn_node_add(c->scratch, names, peers.node->entry[i].key, peers.node->entry[i].pos, NULL);
    for (size_t i = 0; i < n_storage; i++) {
        const struct scn_entry *e = &storage.node->entry[i];
        const char *key = e->key;

        if (scn_node_find(names, key) != SCN_NONE) {
            struct scn_at here = scn_at_entry(storage, i);

            here.pos = here.key_pos;
            scn_error(here, "'%s' is the name of a peer already; storage and peers share their names", key);
            key = sim_arena_printf(c->scratch, "%s (storage)", key); /* keeps the numbering of the names */
        }
        scn_node_add(c->scratch, names, key, e->pos, NULL);
    }
    c->names.peers = names;
    for (size_t i = 0; i < n_peers; i++)
        peer_read(scn_at_entry(peers, i), &scn_section_peer, peers.node->entry[i].key, &c->study->peer[i]);
    for (size_t i = 0; i < n_storage; i++)
        peer_read(scn_at_entry(storage, i), &scn_section_storage, storage.node->entry[i].key,
                  &c->study->peer[n_peers + i]);
}
