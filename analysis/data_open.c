/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/data_open.c - opening a results database for reading, or saying why not. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "analysis/data.h"

enum { SCHEMA_VERSION = 4, BUSY_MS = 2000 };

struct sqlite3 *ana_open(const char *file, char *why, size_t why_size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int rc;

    if (access(file, R_OK) != 0) {
        snprintf(why, why_size, "cannot read %s: %s", file, strerror(errno));
        return NULL;
    }
    rc = sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc =
            sqlite3_prepare_v2(db,
                               "SELECT user_version, (SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name "
                               "IN ('study', 'point', 'run', 'summary', 'level')) FROM pragma_user_version",
                               -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW && sqlite3_column_int(s, 1) == 5 && sqlite3_column_int(s, 0) == SCHEMA_VERSION) {
        sqlite3_finalize(s);
        return db;
    }
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
        snprintf(why, why_size, "%s is locked by another program; wait until it has finished", file);
    else if (rc == SQLITE_NOTADB || (rc == SQLITE_ROW && sqlite3_column_int(s, 1) != 5))
        snprintf(why, why_size, "%s is not a results database of viosim", file);
    else if (rc == SQLITE_ROW)
        snprintf(why, why_size, "%s has schema version %d; this program reads version %d", file,
                 sqlite3_column_int(s, 0), SCHEMA_VERSION);
    else
        snprintf(why, why_size, "cannot open %s: %s", file, sqlite3_errmsg(db));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return NULL;
}
