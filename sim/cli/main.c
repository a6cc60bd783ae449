/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/main.c - the entry of the program; cli.c is the program.
 */
#include "sim/cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
