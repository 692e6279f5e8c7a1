/* measure SECONDS OUTPUT COMMAND [ARGUMENT ...]
 *
 * Runs COMMAND once, with nothing to read and both outputs into the file OUTPUT, and prints one line:
 *
 *     seconds peak_kib status
 *
 * Seconds are wall time. The peak is that of the largest single process among COMMAND and what it waited for, as the
 * kernel has it (wait4(2)). Status is the exit status, 128 + a signal's number, or "late": COMMAND's process group was
 * killed after SECONDS. This program is tiny and linked statically, since a process starts with its parent's peak.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static volatile pid_t command;
static volatile sig_atomic_t late;

static void too_late(int signal_number) {
    (void)signal_number;
    late = 1;
    if (command > 0)
        kill(-command, SIGKILL);
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "usage: measure SECONDS OUTPUT COMMAND [ARGUMENT ...]\n");
        return 2;
    }
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, arguments[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&how, 0);
    signal(SIGALRM, too_late);

    pid_t pid;
    double begin = seconds();
    int error = posix_spawnp(&pid, arguments[3], &files, &how, arguments + 3, environ);
    if (error) {
        fprintf(stderr, "measure: %s: %s\n", arguments[3], strerror(error));
        return 2;
    }
    command = pid;
    alarm((unsigned)atoi(arguments[1]));
    int status;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    double taken = seconds() - begin;
    alarm(0);

    printf("%.6f %ld ", taken, usage.ru_maxrss);
    if (late)
        printf("late\n");
    else
        printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
