//! Any bytes as a batch file: putting tests behind its command lines neither panics nor hangs, and takes nothing away.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for old_wine in [false, true] {
        let _ = tutor::session::fuzzed_batch(&text, old_wine);
    }
});
