# Draws the mixes of claim H4: awk -f scenarios/data/h04-mixes.awk > scenarios/data/h04-mixes.yaml
#
# 60 servers, each with 4 to 30 VMs of a class drawn anew for each VM (facts.md 5.2), all on a Fibre Channel SAN (three servers
# of four) or on IP storage, and with the hypervisor networks of facts.md 5.1: management and migration always, with 1 to 4
# migrations at a time of 250 Mb/s [S86]; backup on one server of two, 1 or 2 streams of 400 to 900 Mb/s; FT logging on one of
# four, 20 to 500 Mb/s. Random numbers are those of Park and Miller's minimal standard generator (multiplier 16807, modulus
# 2^31 - 1), seed 4: the same with any awk.
function draw(from, to) {
    state = (state * 16807) % 2147483647
    return from + int((to - from + 1) * state / 2147483647)
}
# A workload that offers so many Mb/s, in datagrams of 1472 B.
function load(network, mbps) {
    return ", {on: " network ", to: far, kind: poisson, transport: datagram, size: 1472 B, rate: " \
        int(mbps * 1000000 / 8 / 1472) "/s}"
}
BEGIN {
    state = 4
    split("web oltp exchange file vdi", class)
    for (i = 0; i < 20; i++)
        draw(1, 1)
    for (m = 1; m <= 60; m++) {
        for (c = 1; c <= 5; c++)
            count[c] = 0
        for (v = draw(4, 30); v > 0; v--)
            count[draw(1, 5)]++
        ip = draw(1, 4) == 4 ? "-ip" : ""
        places = ""
        for (c = 1; c <= 5; c++)
            if (count[c])
                places = places (places ? ", " : "") class[c] ip ": " count[c]
        vms = vms "      - {" places "} # mix " m "\n"
        nics = "{network: management}, {network: migration}"
        work = load("management", 5) load("migration", 250 * draw(1, 4))
        if (draw(1, 2) == 1) {
            nics = nics ", {network: backup}"
            work = work load("backup", draw(1, 2) * draw(400, 900))
        }
        if (draw(1, 4) == 1) {
            nics = nics ", {network: ft}"
            work = work load("ft", draw(20, 500))
        }
        loads = loads "      - [" substr(work, 3) "]\n"
        own = own "      - [" nics "]\n"
        title = title (m > 1 ? ", " : "") "mix " m
    }
    print "# Written by h04-mixes.awk; do not edit."
    print "sweep:\n  zip:\n    title: [" title "]\n    servers.hosts.vms:\n" vms "    servers.hosts.vnics:\n" own \
        "    servers.hosts.workloads:\n" loads
}
