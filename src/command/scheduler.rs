//! Which documents run when: several at once, but never two that want the same port.

use std::{
    collections::HashSet,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use super::{dispatcher::Dispatcher, job::Job};
use crate::{
    document::Ready,
    outcome::Event,
    plan::{Action, Plan},
    session::{self, Cancel, Recordings, Settings},
};

/// Runs all jobs, at most `at_once` of them at a time; false where that broke off since nobody listens any more.
pub(super) fn run(
    jobs: &[Job],
    at_once: usize,
    settings: &Settings,
    cancel: &Cancel,
    dispatcher: &mut Dispatcher<'_>,
) -> bool {
    if at_once.min(jobs.len()) < 2 {
        return one_by_one(jobs, settings, cancel, dispatcher);
    }
    let works: Vec<Work<'_>> = jobs.iter().map(Work::of).collect();
    let queue = Queue { waiting: Mutex::new(Waiting::of(works.len())), freed: Condvar::new() };
    let closed = AtomicBool::new(false);
    let (sender, events) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(jobs.len()) {
            let (sender, works, queue, closed) = (sender.clone(), &works, &queue, &closed);
            scope.spawn(move || {
                while let Some(index) = queue.take(works) {
                    if cancel.status().is_some() || closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let mut emit = |event| {
                        // The other end lives as long as this scope.
                        let _ = sender.send((index, event));
                    };
                    session::run(works[index].plan, works[index].recordings, settings, cancel, &mut emit);
                    queue.free(&works[index]);
                }
            });
        }
        drop(sender);
        for (index, event) in events {
            dispatcher.arrive(index, event);
            closed.fetch_or(dispatcher.is_closed(), Ordering::Relaxed);
        }
    });
    !closed.load(Ordering::Relaxed)
}

fn one_by_one(jobs: &[Job], settings: &Settings, cancel: &Cancel, dispatcher: &mut Dispatcher<'_>) -> bool {
    for (index, job) in jobs.iter().enumerate() {
        if cancel.status().is_some() {
            break;
        }
        if dispatcher.is_closed() {
            return false;
        }
        let mut emit = |event: Event| dispatcher.arrive(index, event);
        session::run(&job.plan, &job.recordings, settings, cancel, &mut emit);
    }
    true
}

/// What a thread needs of a job.
struct Work<'j> {
    plan: &'j Plan,
    recordings: &'j Recordings,
    ports: HashSet<u16>,
}

impl<'j> Work<'j> {
    fn of(job: &'j Job) -> Self {
        Self { plan: &job.plan, recordings: &job.recordings, ports: fixed_ports(&job.plan) }
    }
}

/// The ports on which a plan's services are ready, but for those that only this run uses.
pub(super) fn fixed_ports(plan: &Plan) -> HashSet<u16> {
    let own: HashSet<u16> = plan.ports.iter().map(|port| port.used).collect();
    let ready =
        plan.steps.iter().filter(|step| step.ruling.is_none()).filter_map(|step| match &step.action {
            Action::Service(service) => Some(&service.ready),
            _ => None,
        });
    let ports = ready.filter_map(|ready| match ready {
        Ready::Tcp { port, .. } => Some(*port),
        Ready::Http(url) => port_of(url),
        _ => None,
    });
    ports.filter(|port| !own.contains(port)).collect()
}

/// The port of an address of HTTP.
fn port_of(url: &str) -> Option<u16> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    match host.rsplit_once(':') {
        // The colons of an address in brackets are no port's.
        Some((_, port)) if !port.contains(']') => port.parse().ok(),
        _ => Some(if scheme == "https" { 443 } else { 80 }),
    }
}

/// Jobs that have not begun.
struct Queue {
    waiting: Mutex<Waiting>,
    /// A port is free again.
    freed: Condvar,
}

struct Waiting {
    /// In their order.
    jobs: Vec<usize>,
    /// Ports that running jobs use.
    taken: HashSet<u16>,
}

impl Waiting {
    fn of(count: usize) -> Self {
        Self { jobs: (0..count).collect(), taken: HashSet::new() }
    }
}

impl Queue {
    /// The next job whose ports are free; waits for one. `None` where none is left.
    fn take(&self, works: &[Work<'_>]) -> Option<usize> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if waiting.jobs.is_empty() {
                return None;
            }
            let free = |index: &usize| works[*index].ports.is_disjoint(&waiting.taken);
            if let Some(place) = waiting.jobs.iter().position(free) {
                let index = waiting.jobs.remove(place);
                waiting.taken.extend(&works[index].ports);
                return Some(index);
            }
            waiting = self.freed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn free(&self, work: &Work<'_>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.taken.retain(|port| !work.ports.contains(port));
        drop(waiting);
        self.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn ports_of_addresses() {
        let cases = [
            ("http://localhost:8080/health", Some(8080)),
            ("http://localhost", Some(80)),
            ("https://localhost/x:9", Some(443)),
            ("http://[::1]:81/", Some(81)),
            ("http://[::1]/", Some(80)),
            ("http://x:port/", None),
        ];
        for (url, port) in cases {
            assert_eq!(port_of(url), port, "{url}");
        }
    }
}
