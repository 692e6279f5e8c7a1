/* A stand-in for PowerShell, which no machine has on which these tests run. It shows nothing about PowerShell: it does
 * what the loop of the runner is written to do, with the files that it finds named in the loop's text, and gives the lines
 * of a step to cmd. Of PowerShell's own language it takes just the lines of a table below. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 16, PATHS = 1000, WENT_ON = -2 };

static void die(const char *what, const char *which) {
    fprintf(stderr, "stand-in for PowerShell: %s: %s\n", what, which);
    fflush(stderr);
    ExitProcess(99);
}

/* The text of a file that begins with the mark of UTF-8, without which Windows PowerShell would misread it. */
static char *text_of(const char *path) {
    static char text[LONGEST];
    FILE *file = fopen(path, "rb");
    size_t length;
    if (file == NULL) die("no file", path);
    length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    if (strncmp(text, "\xef\xbb\xbf", 3) != 0) die("no mark of UTF-8 at the beginning", path);
    return text + 3;
}

/* The word in quotation marks that follows `before` in `text`, undone. Returns what follows it, or NULL. */
static const char *word(const char *text, const char *before, char *out, size_t size) {
    const char *at = strstr(text, before);
    size_t length = 0;
    if (at == NULL) return NULL;
    at += strlen(before);
    if (*at++ != '\'') return NULL;
    while (*at != 0 && length + 1 < size) {
        if (*at == '\'' && *++at != '\'') {
            out[length] = 0;
            return at;
        }
        out[length++] = *at++;
    }
    return NULL;
}

static void tell_variables(const char *path) {
    FILE *file = fopen(path, "wb");
    char *all = GetEnvironmentStringsA(), *at;
    if (file == NULL) die("cannot write", path);
    for (at = all; *at != 0; at += strlen(at) + 1) {
        if (*at != '=') fwrite(at, 1, strlen(at) + 1, file);
    }
    fclose(file);
}

static void tell_directory(const char *path) {
    char directory[PATHS];
    FILE *file = fopen(path, "wb");
    if (file == NULL) die("cannot write", path);
    GetCurrentDirectoryA(sizeof directory, directory);
    fprintf(file, "%s\n", directory);
    fclose(file);
}

/* Has cmd run a line: its status. */
static int by_cmd(const char *line) {
    static char command[LONGEST];
    STARTUPINFOA start;
    PROCESS_INFORMATION process;
    DWORD status = 1;
    memset(&start, 0, sizeof start);
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    snprintf(command, sizeof command, "cmd /d /s /c \"%s\"", line);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) die("no cmd", line);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &status);
    return (int)status;
}

/* Runs a line: WENT_ON, or the status with which the step ends. */
static int run_line(char *line) {
    static char value[LONGEST];
    char name[PATHS];
    const char *from;
    int status;
    /* A block of one line is that line. */
    if (strncmp(line, "if ($true) { ", 13) == 0) line += 13;
    from = strchr(line, '{');
    if (strcmp(line, "") == 0 || strcmp(line, "$__tutor_end = $true") == 0) return WENT_ON;
    if (strncmp(line, "exit ", 5) == 0) return atoi(line + 5);
    if (strncmp(line, "[Environment]::Exit(", 20) == 0) {
        fflush(NULL);
        ExitProcess((UINT)atoi(line + 20));
    }
    if (strncmp(line, "Start-Sleep ", 12) == 0) {
        Sleep((DWORD)atoi(line + 12) * 1000);
        return WENT_ON;
    }
    if (strncmp(line, "[System.IO.File]::WriteAllText(", 31) == 0 && word(line, "WriteAllText(", name, sizeof name)) {
        if (strstr(line, "Get-ChildItem Env:") != NULL) tell_variables(name);
        else tell_directory(name);
        return WENT_ON;
    }
    if (strncmp(line, "${env:", 6) == 0 && from != NULL && word(line, "} = ", value, sizeof value)) {
        snprintf(name, sizeof name, "%.*s", (int)(strstr(line, "} = ") - from - 5), from + 5);
        SetEnvironmentVariableA(name, value);
        return WENT_ON;
    }
    if (strncmp(line, "Remove-Item ", 12) == 0 && word(line, "-LiteralPath ", name, sizeof name)) {
        SetEnvironmentVariableA(name + strlen("Env:"), NULL);
        return WENT_ON;
    }
    if (strncmp(line, "Set-Location ", 13) == 0 && word(line, "-LiteralPath ", name, sizeof name)) {
        return SetCurrentDirectoryA(name) || strstr(line, "Ignore") != NULL ? WENT_ON : 1;
    }
    status = by_cmd(line);
    return status == 0 ? WENT_ON : status;
}

static int run_text(const char *path) {
    /* A copy: lines are cut out of it. */
    char *text = _strdup(text_of(path)), *line = text, *end;
    int status = WENT_ON;
    for (; status == WENT_ON && line != NULL; line = end) {
        if ((end = strchr(line, '\n')) != NULL) *end++ = 0;
        status = run_line(line);
    }
    free(text);
    return status == WENT_ON ? 0 : status;
}

int main(int count, char **words) {
    static const char *const wanted[] = {"-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"};
    char requests[PATHS], answers[PATHS], step[PATHS], service[PATHS], path[PATHS + 20];
    const char *text;
    int number;
    for (number = 0; number < 6; number++) {
        if (count != 8 || strcmp(words[number + 1], wanted[number]) != 0) die("started otherwise", GetCommandLineA());
    }
    SetEnvironmentVariableA("PSModulePath", "the stand-in's own");
    text = text_of(words[7]);
    if (word(text, "\n& ", service, sizeof service)) return run_text(service);
    if (!word(text, "[System.IO.File]::Exists(", requests, sizeof requests)
        || !word(text, "[System.IO.File]::ReadAllText(", step, sizeof step)) {
        die("no request or step in the loop", words[7]);
    }
    text = strstr(text, "$__tutor_line = ");
    if (text == NULL || !word(text, "[System.IO.File]::WriteAllText(", answers, sizeof answers)) {
        die("no answer in the loop", words[7]);
    }
    for (number = 1;; number++) {
        FILE *answer;
        int status;
        snprintf(path, sizeof path, "%s%d", requests, number);
        while (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES) Sleep(10);
        status = run_text(step);
        snprintf(path, sizeof path, "%s%d", answers, number);
        if ((answer = fopen(path, "wb")) == NULL) die("cannot answer", path);
        fprintf(answer, "end %d %lu\n", status, GetCurrentProcessId());
        fclose(answer);
    }
}
