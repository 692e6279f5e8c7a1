//! Processes, jobs, pipes: the system's own calls. With `console.rs` the only file of Windows with `unsafe`.
//!
//! A job holds a process and all that it starts, and all of it can be ended at once: nothing leaves a job. The session
//! is one job, which the system ends when the last handle to it is closed, by whatever end the runner came to; each
//! step and each service is a job within it.
#![expect(unsafe_code, reason = "these calls have no safe form")]

use std::{
    collections::BTreeMap,
    ffi::{OsStr, c_void},
    fs::File,
    io::{self, Read},
    mem::size_of,
    os::windows::{
        ffi::OsStrExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle},
    },
    path::{Path, PathBuf},
    ptr::{null, null_mut},
    time::{Duration, Instant},
};

use windows_sys::Win32::{
    Foundation::{
        DUPLICATE_SAME_ACCESS, DuplicateHandle, ERROR_MORE_DATA, HANDLE, LocalFree, STILL_ACTIVE,
        WAIT_OBJECT_0,
    },
    Security::{
        Authorization::{ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1},
        SECURITY_ATTRIBUTES,
    },
    Storage::FileSystem::{CreateDirectoryW, GetShortPathNameW},
    System::{
        JobObjects::{
            CreateJobObjectW, IsProcessInJob, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
            JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, JOBOBJECT_BASIC_PROCESS_ID_LIST,
            JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicAccountingInformation,
            JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation, QueryInformationJobObject,
            SetInformationJobObject, TerminateJobObject,
        },
        LibraryLoader::{GetModuleHandleW, GetProcAddress},
        Pipes::{CreatePipe, PeekNamedPipe},
        Threading::{
            CREATE_NO_WINDOW, CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
            EXTENDED_STARTUPINFO_PRESENT, GetCurrentProcess, GetExitCodeProcess, GetProcessId,
            InitializeProcThreadAttributeList, LPPROC_THREAD_ATTRIBUTE_LIST, OpenProcess,
            PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROC_THREAD_ATTRIBUTE_JOB_LIST,
            PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, PROCESS_INFORMATION, PROCESS_QUERY_INFORMATION,
            PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, STARTF_USESTDHANDLES,
            STARTUPINFOEXW, TerminateProcess, UpdateProcThreadAttribute, WaitForSingleObject,
        },
    },
};

use super::console::PseudoConsole;

/// The status of processes that are ended.
const ENDED: u32 = 1;

/// How much a pipe is to hold: what is written meanwhile must not have to wait until the runner looks again.
const PIPE: u32 = 1 << 20;

/// The directory's owner and the system, and nobody else; what is made in it likewise.
const PRIVATE: &str = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)";

/// A process and all that it starts.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    /// One without processes yet. `dies_with_us`: all of it ends with the last handle to it.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(super) fn new(dies_with_us: bool) -> io::Result<Self> {
        // SAFETY: no attributes, no name.
        let job = Self(owned(unsafe { CreateJobObjectW(null(), null()) })?);
        if dies_with_us {
            let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
            limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
            // SAFETY: the structure is the one that belongs to the class, with its size.
            check(unsafe {
                SetInformationJobObject(
                    job.0.as_raw_handle(),
                    JobObjectExtendedLimitInformation,
                    (&raw const limits).cast(),
                    size_of_u32::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(),
                )
            })?;
        }
        Ok(job)
    }

    /// How many processes of it are there.
    pub(super) fn living(&self) -> u32 {
        let mut told = JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::default();
        // SAFETY: as above, to be written to.
        let known = check(unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle(),
                JobObjectBasicAccountingInformation,
                (&raw mut told).cast(),
                size_of_u32::<JOBOBJECT_BASIC_ACCOUNTING_INFORMATION>(),
                null_mut(),
            )
        });
        if known.is_ok() { told.ActiveProcesses } else { 0 }
    }

    /// Its processes, those of jobs within it too.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(super) fn members(&self) -> io::Result<Vec<Process>> {
        // What has ended since, and whoever has its id now, are no members.
        let is_member = |process: &Process| {
            let mut is_in = 0;
            // SAFETY: both handles live, and there is a place for the answer.
            let known = check(unsafe {
                IsProcessInJob(process.handle.as_raw_handle(), self.0.as_raw_handle(), &raw mut is_in)
            });
            known.is_ok() && is_in != 0
        };
        // Wine wants the second right for that question, where Windows is content with less.
        let open = |id| Process::with_rights(id, PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION).ok();
        Ok(self.ids()?.into_iter().filter_map(open).filter(is_member).collect())
    }

    fn ids(&self) -> io::Result<Vec<u32>> {
        // Two numbers of 32 bits come first (how many there are, how many are told), then the ids, as wide as a pointer.
        let head = (2 * size_of::<u32>()).div_ceil(size_of::<usize>());
        let mut room = 64;
        loop {
            let mut told = vec![0_usize; head + room];
            let size = u32::try_from(size_of_val(&*told)).unwrap_or(u32::MAX);
            // SAFETY: the place is as large as is said, and aligned as a pointer is.
            let known = check(unsafe {
                QueryInformationJobObject(
                    self.0.as_raw_handle(),
                    JobObjectBasicProcessIdList,
                    told.as_mut_ptr().cast(),
                    size,
                    null_mut(),
                )
            });
            match known {
                Err(error) if error.raw_os_error() == Some(ERROR_MORE_DATA.cast_signed()) => room *= 4,
                Err(error) => return Err(error),
                // SAFETY: the two numbers are there.
                Ok(()) => {
                    let list = unsafe { *told.as_ptr().cast::<JOBOBJECT_BASIC_PROCESS_ID_LIST>() };
                    let count = usize::try_from(list.NumberOfProcessIdsInList).unwrap_or(0).min(room);
                    return Ok(told[head..head + count]
                        .iter()
                        .filter_map(|&id| u32::try_from(id).ok())
                        .collect());
                }
            }
        }
    }

    /// Ends all of it, and waits until it is gone, for at most `patience`.
    pub(super) fn end(&self, patience: Duration) {
        // SAFETY: the handle is the job's.
        let _ = unsafe { TerminateJobObject(self.0.as_raw_handle(), ENDED) };
        self.is_over_within(patience);
    }

    /// Whether no process of it is left, now or after at most `patience`.
    pub(super) fn is_over_within(&self, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.living() > 0 {
            if begun.elapsed() >= patience {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

/// A process.
#[derive(Debug)]
pub(super) struct Process {
    handle: OwnedHandle,
}

impl Process {
    /// The one with this id.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(super) fn open(id: u32) -> io::Result<Self> {
        Self::with_rights(id, 0)
    }

    fn with_rights(id: u32, more: u32) -> io::Result<Self> {
        let rights = PROCESS_SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION | more;
        // SAFETY: no pointers.
        let handle = unsafe { OpenProcess(rights, 0, id) };
        Ok(Self { handle: owned(handle)? })
    }

    /// Its id, which is no other's as long as this lives.
    pub(super) fn id(&self) -> u32 {
        // SAFETY: the handle is the process's.
        unsafe { GetProcessId(self.handle.as_raw_handle()) }
    }

    /// Ends it, without what it has started.
    pub(super) fn end(&self) {
        // SAFETY: the handle is the process's.
        let _ = unsafe { TerminateProcess(self.handle.as_raw_handle(), ENDED) };
    }

    /// Whether it has ended, now or after at most `time`.
    pub(super) fn ends_within(&self, time: Duration) -> bool {
        let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX - 1);
        // SAFETY: the handle is the process's.
        unsafe { WaitForSingleObject(self.handle.as_raw_handle(), millis) == WAIT_OBJECT_0 }
    }

    /// Its status, where it has ended.
    pub(super) fn status(&self) -> Option<i32> {
        if !self.ends_within(Duration::ZERO) {
            return None;
        }
        let mut status = STILL_ACTIVE.cast_unsigned();
        // SAFETY: a place for one number.
        check(unsafe { GetExitCodeProcess(self.handle.as_raw_handle(), &raw mut status) }).ok()?;
        Some(status.cast_signed())
    }
}

/// What is to be started.
#[derive(Debug)]
pub(super) struct Start<'s> {
    pub(super) program: &'s Path,
    /// What stands behind the program's name, as the program itself takes it apart.
    pub(super) arguments: &'s str,
    pub(super) directory: &'s Path,
    pub(super) environment: &'s BTreeMap<String, String>,
    /// The jobs that it belongs to from its first moment on, each within the one before.
    pub(super) jobs: &'s [&'s Job],
    pub(super) input: RawHandle,
    pub(super) output: RawHandle,
    pub(super) error: RawHandle,
    /// The console that it has; without one it gets one that nobody sees.
    pub(super) console: Option<&'s PseudoConsole>,
}

/// Starts a process, which inherits its three streams and no other handle.
///
/// # Errors
///
/// The system's words.
pub(super) fn start(start: &Start<'_>) -> io::Result<Process> {
    let streams = [start.input, start.output, start.error].map(inheritable);
    let [input, output, error] = streams;
    let [input, output, error] = [input?, output?, error?];
    let mut handles: Vec<HANDLE> = [&input, &output, &error].map(AsRawHandle::as_raw_handle).into();
    let mut jobs: Vec<HANDLE> = start.jobs.iter().map(|job| job.0.as_raw_handle()).collect();
    let mut list = Attributes::new()?;
    list.set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles.as_mut_ptr().cast(), size_of_val(&*handles))?;
    list.set(PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs.as_mut_ptr().cast(), size_of_val(&*jobs))?;
    if let Some(console) = start.console {
        let raw = console.raw();
        list.set(PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, raw as *mut c_void, size_of_val(&raw))?;
    }
    let mut startup = STARTUPINFOEXW { lpAttributeList: list.0.as_mut_ptr().cast(), ..Default::default() };
    startup.StartupInfo.cb = size_of_u32::<STARTUPINFOEXW>();
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = input.as_raw_handle();
    startup.StartupInfo.hStdOutput = output.as_raw_handle();
    startup.StartupInfo.hStdError = error.as_raw_handle();
    let mut flags = EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT;
    if start.console.is_none() {
        flags |= CREATE_NO_WINDOW;
    }
    let program = wide(start.program.as_os_str());
    let mut line = wide(format!("\"{}\" {}", start.program.display(), start.arguments).as_ref());
    let directory = wide(start.directory.as_os_str());
    let block = block(start.environment);
    let mut told = PROCESS_INFORMATION::default();
    // SAFETY: every pointer is to something that lives until the call is over, texts end in 0, the block in two; the
    // attributes' values live as long.
    check(unsafe {
        CreateProcessW(
            program.as_ptr(),
            line.as_mut_ptr(),
            null(),
            null(),
            1,
            flags,
            block.as_ptr().cast(),
            directory.as_ptr(),
            (&raw const startup).cast(),
            &raw mut told,
        )
    })?;
    drop(owned(told.hThread)?);
    Ok(Process { handle: owned(told.hProcess)? })
}

/// What a process is to be started with beyond the ordinary.
struct Attributes(Vec<usize>);

impl Attributes {
    const MOST: u32 = 3;

    fn new() -> io::Result<Self> {
        let mut size = 0;
        // SAFETY: without a place it tells how large that must be, and calls that a failure.
        let _ = unsafe { InitializeProcThreadAttributeList(null_mut(), Self::MOST, 0, &raw mut size) };
        let mut list = Self(vec![0; size.div_ceil(size_of::<usize>())]);
        // SAFETY: the place is as large as was asked for, and aligned as the largest number is.
        check(unsafe { InitializeProcThreadAttributeList(list.raw(), Self::MOST, 0, &raw mut size) })?;
        Ok(list)
    }

    fn raw(&mut self) -> LPPROC_THREAD_ATTRIBUTE_LIST {
        self.0.as_mut_ptr().cast()
    }

    /// `value` must live as long as the list does.
    fn set(&mut self, attribute: u32, value: *mut c_void, size: usize) -> io::Result<()> {
        // SAFETY: the list is one; what `value` is to point to, the caller keeps.
        check(unsafe {
            UpdateProcThreadAttribute(self.raw(), 0, attribute as usize, value, size, null_mut(), null())
        })
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the list was made by `InitializeProcThreadAttributeList`.
        unsafe { DeleteProcThreadAttributeList(self.raw()) };
    }
}

/// A pipe: (the end that is read from, the end that is written to).
///
/// # Errors
///
/// The system's words.
pub(super) fn pipe() -> io::Result<(File, OwnedHandle)> {
    let (mut from, mut to): (HANDLE, HANDLE) = (null_mut(), null_mut());
    // SAFETY: places for two handles.
    check(unsafe { CreatePipe(&raw mut from, &raw mut to, null(), PIPE) })?;
    Ok((File::from(owned(from)?), owned(to)?))
}

/// Reads what `pipe` holds at this moment, without waiting for more: whoever was handed its other end may keep that open
/// for as long as it likes, and a thread that is blocked in a read can't be called back.
///
/// # Errors
///
/// The system's words. A pipe whose other end is closed holds nothing.
pub(super) fn read_now(pipe: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut there = 0;
    // SAFETY: no place for bytes, and one for their number.
    let known = check(unsafe {
        PeekNamedPipe(pipe.as_raw_handle(), null_mut(), 0, null_mut(), &raw mut there, null_mut())
    });
    match known {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(0),
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    let most = buffer.len().min(usize::try_from(there).unwrap_or(0));
    if most == 0 { Ok(0) } else { pipe.read(&mut buffer[..most]) }
}

/// Makes a directory that nobody else can look into.
///
/// # Errors
///
/// The system's words.
pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    let mut attributes = SECURITY_ATTRIBUTES {
        nLength: size_of_u32::<SECURITY_ATTRIBUTES>(),
        lpSecurityDescriptor: null_mut(),
        bInheritHandle: 0,
    };
    let (rights, path) = (wide(PRIVATE.as_ref()), wide(directory.as_os_str()));
    // SAFETY: a text that ends in 0, and a place for the descriptor, which is freed below.
    check(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            rights.as_ptr(),
            SDDL_REVISION_1,
            &raw mut attributes.lpSecurityDescriptor,
            null_mut(),
        )
    })?;
    // SAFETY: a text that ends in 0, and attributes that live.
    let made = check(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) });
    // SAFETY: the descriptor is freed once.
    unsafe { LocalFree(attributes.lpSecurityDescriptor) };
    made
}

/// The path of something that is there by the short names of its parts, where they have such: these have no blanks.
pub(super) fn short(path: &Path) -> PathBuf {
    let long = wide(path.as_os_str());
    let mut short = vec![0_u16; 1024];
    // SAFETY: a text that ends in 0, and a place of the size that is said.
    let length = unsafe { GetShortPathNameW(long.as_ptr(), short.as_mut_ptr(), 1024) };
    match usize::try_from(length) {
        Ok(length) if (1..short.len()).contains(&length) => String::from_utf16_lossy(&short[..length]).into(),
        _ => path.to_owned(),
    }
}

/// The version of Wine, where that is what stands for the system: `8.0`.
pub(super) fn wine() -> Option<String> {
    let library = wide("ntdll.dll".as_ref());
    // SAFETY: both texts end in 0; the library is in every process.
    let found =
        unsafe { GetProcAddress(GetModuleHandleW(library.as_ptr()), c"wine_get_version".as_ptr().cast()) };
    // SAFETY: Wine's function takes nothing and returns a text that lives for ever.
    let version = unsafe {
        let ask: unsafe extern "system" fn() -> isize = found?;
        let ask: unsafe extern "C" fn() -> *const std::ffi::c_char = std::mem::transmute(ask);
        std::ffi::CStr::from_ptr(ask())
    };
    Some(version.to_string_lossy().into_owned())
}

/// A handle of the same thing that a process may inherit.
fn inheritable(handle: RawHandle) -> io::Result<OwnedHandle> {
    let mut copy: HANDLE = null_mut();
    // SAFETY: both processes are this one, and there is a place for the handle.
    check(unsafe {
        let own = GetCurrentProcess();
        DuplicateHandle(own, handle, own, &raw mut copy, 0, 1, DUPLICATE_SAME_ACCESS)
    })?;
    owned(copy)
}

/// Variables as a process takes them, in the order that the system wants.
fn block(variables: &BTreeMap<String, String>) -> Vec<u16> {
    let mut sorted: Vec<_> = variables.iter().collect();
    sorted.sort_by_key(|(name, _)| name.to_uppercase());
    let mut block: Vec<u16> = sorted
        .into_iter()
        .filter(|(name, value)| !name.contains('\0') && !value.contains('\0'))
        .flat_map(|(name, value)| wide(format!("{name}={value}").as_ref()))
        .collect();
    if block.is_empty() {
        block.push(0);
    }
    block.push(0);
    block
}

/// A text as the system takes it, with a 0 at its end.
fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just handed it to us, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// What a call returns that says whether it went well.
pub(super) fn check(went_well: windows_sys::core::BOOL) -> io::Result<()> {
    if went_well == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[expect(clippy::cast_possible_truncation, reason = "structures of the system are small")]
const fn size_of_u32<T>() -> u32 {
    size_of::<T>() as u32
}
