/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/worker.c - starting, hearing and ending the process of a run.
 *
 * A frame is a kind, a length and that many bytes. The kinds are progress (a double) and record (the last).
 */
#include "sim/study/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/kernel/arena.h"

enum worker_kind { WORKER_PROGRESS = 1, WORKER_RECORD };

struct worker_frame {
    uint32_t kind;
    uint64_t size;
};

static void worker_write(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;

    while (size > 0) {
        const ssize_t n = write(fd, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1); /* nobody listens any more */
        at += n;
        size -= (size_t)n;
    }
}

static void worker_send(int fd, enum worker_kind kind, const void *bytes, size_t size)
{
    const struct worker_frame frame = {.kind = kind, .size = size};

    worker_write(fd, &frame, sizeof(frame));
    worker_write(fd, bytes, size);
}

static void worker_progress(double fraction, void *arg)
{
    worker_send(*(const int *)arg, WORKER_PROGRESS, &fraction, sizeof(fraction));
}

/* What the process of a run does. SIGINT stays blocked: on Ctrl-C the parent decides who dies. */
_Noreturn static void worker_main(const struct study_worker *w, int fd, pid_t parent, study_simulate_fn *simulate)
{
    struct study_record record;
    sigset_t unblock;
    size_t size;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* outlive nobody */
    if (getppid() != parent)
        _exit(1);
    sigemptyset(&unblock);
    sigaddset(&unblock, SIGTERM);
    sigaddset(&unblock, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &unblock, NULL);
    dup2(w->error_fd, STDERR_FILENO);
    study_record_init(&record);
    simulate(w->point, w->replication, worker_progress, &fd, &record);
    void *bytes = study_record_pack(&record, &size);

    worker_send(fd, WORKER_RECORD, bytes, size);
    _exit(0); /* no atexit(), no flushing: those belong to the parent */
}

bool study_worker_start(struct study_worker *w, const struct study_point *point, uint32_t replication,
                        study_simulate_fn *simulate)
{
    const pid_t parent = getpid();
    int ends[2];

    *w = (struct study_worker){.point = point, .replication = replication, .fd = -1, .error_fd = -1};
    study_record_init(&w->record);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    w->error_fd = memfd_create("stderr", MFD_CLOEXEC);
    w->pid = w->error_fd < 0 ? -1 : fork();
    if (w->pid == 0)
        worker_main(w, ends[1], parent, simulate);
    close(ends[1]);
    if (w->pid > 0) {
        w->fd = ends[0];
        fcntl(w->fd, F_SETFL, O_NONBLOCK);
        return true;
    }
    close(ends[0]);
    if (w->error_fd >= 0)
        close(w->error_fd);
    *w = (struct study_worker){.fd = -1, .error_fd = -1};
    return false;
}

/* Take whole frames off the front of what was received. Returns: false on a frame that cannot be. */
static bool worker_understand(struct study_worker *w)
{
    struct worker_frame frame;
    size_t at = 0;
    bool ok = true;

    while (ok && w->n - at >= sizeof(frame)) {
        memcpy(&frame, w->bytes + at, sizeof(frame));
        if (w->n - at - sizeof(frame) < frame.size)
            break;
        const unsigned char *body = w->bytes + at + sizeof(frame);

        if (frame.kind == WORKER_PROGRESS && frame.size == sizeof(w->fraction))
            memcpy(&w->fraction, body, sizeof(w->fraction));
        else
            ok = w->received = frame.kind == WORKER_RECORD && study_record_unpack(&w->record, body, frame.size);
        at += sizeof(frame) + frame.size;
    }
    memmove(w->bytes, w->bytes + at, w->n - at);
    w->n -= at;
    return ok;
}

/* The first line that the run wrote to stderr, for `why`; all of it goes to ours. */
static void worker_errors(struct study_worker *w, char *line, size_t size)
{
    char text[4096];
    off_t at = 0;
    ssize_t n;

    line[0] = '\0';
    while ((n = pread(w->error_fd, text, sizeof(text), at)) > 0) {
        if (at == 0)
            snprintf(line, size, "%.*s", (int)(memchr(text, '\n', (size_t)n) ? strcspn(text, "\n") : (size_t)n), text);
        fwrite(text, 1, (size_t)n, stderr);
        at += n;
    }
}

static void worker_fail(struct study_worker *w, int status, const char *line)
{
    char how[96];

    if (WIFSIGNALED(status))
        snprintf(how, sizeof(how), "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status))
        snprintf(how, sizeof(how), "ended with exit status %d", WEXITSTATUS(status));
    else
        snprintf(how, sizeof(how), "ended without a result");
    study_record_fini(&w->record);
    w->record.head = (struct study_head){.outcome = STUDY_FAILED};
    snprintf(w->record.head.why, sizeof(w->record.head.why), "%s%s%s", how, *line ? ": " : "", line);
}

/* The pipe is at its end, or brought nonsense. */
static void worker_end(struct study_worker *w, bool sane)
{
    char line[320];
    int status = 0;

    if (!sane)
        kill(w->pid, SIGKILL);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    w->pid = 0;
    worker_errors(w, line, sizeof(line));
    if (!w->received || status != 0)
        worker_fail(w, status, line);
}

bool study_worker_read(struct study_worker *w)
{
    for (;;) {
        w->bytes = sim_grow(w->bytes, &w->capacity, w->n + 65536, 1);
        const ssize_t n = read(w->fd, w->bytes + w->n, w->capacity - w->n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n > 0)
            w->n += (size_t)n;
        const bool sane = n >= 0 && worker_understand(w);

        if (n <= 0 || !sane) {
            worker_end(w, sane);
            return true;
        }
    }
}

void study_worker_finish(struct study_worker *w)
{
    if (w->pid > 0) {
        kill(w->pid, SIGKILL);
        while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (w->fd >= 0)
        close(w->fd);
    if (w->error_fd >= 0)
        close(w->error_fd);
    free(w->bytes);
    study_record_fini(&w->record);
    *w = (struct study_worker){.fd = -1, .error_fd = -1};
}
