/* A stand-in for the library of this name, for tests under Wine alone: Rust's standard library asks it for random
 * bytes, and Wine 8 has none. It must lie beside the program. Never ship it. */
#include <windows.h>

/* RtlGenRandom, by the name under which it is exported. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    while (length > 0) {
        ULONG part = length > 0x10000 ? 0x10000 : (ULONG)length;
        if (!SystemFunction036(data, part)) {
            return FALSE;
        }
        data += part;
        length -= part;
    }
    return TRUE;
}
