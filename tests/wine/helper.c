/* What the pages of this test start: it waits, listens, asks, or leaves others behind. */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static BOOL WINAPI heard(DWORD event) {
    printf("heard %s\n", event == CTRL_C_EVENT ? "Control-C" : "something else");
    fflush(stdout);
    Sleep(100);
    ExitProcess(0);
    return TRUE;
}

static int listen_on(int port) {
    WSADATA data;
    struct sockaddr_in address;
    SOCKET listener;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((u_short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 5) != 0) {
        printf("cannot listen: %d\n", WSAGetLastError());
        return 1;
    }
    SetConsoleCtrlHandler(heard, TRUE);
    printf("listening\n");
    fflush(stdout);
    for (;;) closesocket(accept(listener, NULL, NULL));
}

/* Starts itself once more, which goes on when this one has ended. */
static int leave(const char *own, const char *file, const char *seconds) {
    char line[1000];
    STARTUPINFOA start;
    PROCESS_INFORMATION process;
    memset(&start, 0, sizeof start);
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    snprintf(line, sizeof line, "\"%s\" late %s %s", own, file, seconds);
    /* With its streams. */
    return !CreateProcessA(NULL, line, NULL, NULL, TRUE, DETACHED_PROCESS, NULL, NULL, &start, &process);
}

int main(int count, char **words) {
    char own[MAX_PATH];
    GetModuleFileNameA(NULL, own, sizeof own);
    if (count == 3 && strcmp(words[1], "listen") == 0) return listen_on(atoi(words[2]));
    if (count == 3 && strcmp(words[1], "sleep") == 0) {
        Sleep((DWORD)atoi(words[2]) * 1000);
        return 0;
    }
    if (count == 4 && strcmp(words[1], "leave") == 0) return leave(own, words[2], words[3]);
    if (count == 4 && strcmp(words[1], "late") == 0) {
        FILE *file;
        Sleep((DWORD)atoi(words[3]) * 1000);
        file = fopen(words[2], "w");
        if (file == NULL) return 1;
        fputs("late\n", file);
        fclose(file);
        printf("late\n");
        return 0;
    }
    if (count == 3 && strcmp(words[1], "lines") == 0) {
        long left;
        for (left = atol(words[2]); left > 0; left--) printf("line %ld of a text that is somewhat long\n", left);
        return 0;
    }
    fprintf(stderr, "usage: helper listen PORT | sleep SECONDS | leave FILE SECONDS | lines COUNT\n");
    return 2;
}
