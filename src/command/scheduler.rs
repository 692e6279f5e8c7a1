//! Which documents run when: several at once, the longest first, but never two that want the same port.

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
    outcome::{Event, State},
    plan::{Action, Plan, Step},
    session::{self, Cancel, Recordings, Settings},
};

/// How the jobs run.
pub(super) struct Way<'w> {
    /// At most so many at a time.
    pub(super) at_once: usize,
    /// The seconds that each is expected to take.
    pub(super) expected: Vec<f64>,
    /// A step that comes to this state or a worse one stops them all.
    pub(super) stop_at: Option<State>,
    pub(super) settings: &'w Settings,
}

/// Runs all jobs; false where that broke off since nobody listens any more.
///
/// # Errors
///
/// Where the system has no descriptor left.
pub(super) fn run(
    jobs: &[Job],
    way: &Way<'_>,
    cancel: &Cancel,
    dispatcher: &mut Dispatcher<'_>,
) -> std::io::Result<bool> {
    let own;
    let cancel = if way.stop_at.is_some() {
        own = Cancel::within(cancel)?;
        &own
    } else {
        cancel
    };
    if way.at_once.min(jobs.len()) < 2 {
        return Ok(one_by_one(jobs, way, cancel, dispatcher));
    }
    Ok(side_by_side(jobs, way, cancel, dispatcher))
}

fn side_by_side(jobs: &[Job], way: &Way<'_>, cancel: &Cancel, dispatcher: &mut Dispatcher<'_>) -> bool {
    let works: Vec<Work<'_>> = jobs.iter().map(Work::of).collect();
    let queue = Queue { waiting: Mutex::new(Waiting::of(&way.expected)), freed: Condvar::new() };
    let closed = AtomicBool::new(false);
    let (sender, events) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..way.at_once.min(jobs.len()) {
            let (sender, works, queue, closed) = (sender.clone(), &works, &queue, &closed);
            scope.spawn(move || {
                while let Some(index) = queue.take(works) {
                    if cancel.level() > 0 || closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let work = &works[index];
                    let mut emit = |event| {
                        stop_at(way, work.plan, &event, cancel);
                        // The other end lives as long as this scope.
                        let _ = sender.send((index, event));
                    };
                    session::run(work.plan, work.recordings, way.settings, cancel, &mut emit);
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

fn one_by_one(jobs: &[Job], way: &Way<'_>, cancel: &Cancel, dispatcher: &mut Dispatcher<'_>) -> bool {
    for (index, job) in jobs.iter().enumerate() {
        if cancel.level() > 0 {
            break;
        }
        if dispatcher.is_closed() {
            return false;
        }
        let mut emit = |event: Event| {
            stop_at(way, &job.plan, &event, cancel);
            dispatcher.arrive(index, event);
        };
        session::run(&job.plan, &job.recordings, way.settings, cancel, &mut emit);
    }
    true
}

/// Stops all jobs where a step has come to a state that is to do so.
fn stop_at(way: &Way<'_>, plan: &Plan, event: &Event, cancel: &Cancel) {
    let Some(least) = way.stop_at else { return };
    let stops = match event {
        Event::StepFinished(finished) if finished.state >= least => {
            let is = |step: &&Step| {
                step.line == finished.place.line
                    && step.file == finished.place.file
                    && step.id.as_ref().map(ToString::to_string) == finished.place.step
            };
            // It may have another try.
            plan.steps.iter().find(is).is_none_or(|step| finished.attempt > step.retry.times)
        }
        Event::DocumentFinished { state, .. } => *state >= least,
        _ => false,
    };
    if stops {
        cancel.stop();
    }
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
    /// The longest first; else in their order.
    jobs: Vec<usize>,
    /// Ports that running jobs use.
    taken: HashSet<u16>,
}

impl Waiting {
    fn of(expected: &[f64]) -> Self {
        let mut jobs: Vec<usize> = (0..expected.len()).collect();
        jobs.sort_by(|a, b| expected[*b].total_cmp(&expected[*a]));
        Self { jobs, taken: HashSet::new() }
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
    use super::{Waiting, port_of};

    #[test]
    fn the_longest_start_first_and_equals_keep_their_order() {
        assert_eq!(Waiting::of(&[0.5, 3.0, 0.5, 7.0, 0.5]).jobs, [3, 1, 0, 2, 4]);
    }

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
