//! Mutators of a pipeline run at the same time, on the resources as they are: most functions of a pipeline change nothing,
//! and where they are sandboxed, what the next one answers then is what it would have answered after them. An answer counts
//! once all functions before it are known to have changed nothing; the others are dropped, and their functions run again.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use porchlight_package::PackageId;

use super::Walk;
use crate::cancellation::Cancellation;
use crate::error::RenderError;
use crate::function::{Answered, Call, Made, Runner};
use crate::item::Item;

/// From this many resources on, functions are worth a thread.
const MANY: usize = 48;
/// Functions that are looked at in advance, for each processor.
const AHEAD: usize = 4;

impl Walk<'_> {
    /// Runs the mutators of a package over its resources.
    pub(super) fn mutate(
        &mut self,
        id: PackageId,
        mutators: &mut [Runner<'_>],
        items: &mut Vec<Item>,
    ) -> Result<(), RenderError> {
        let mut rest = mutators;
        // Where a function has just changed something, the next one may depend on it to do the same.
        let mut is_calm = true;
        while !rest.is_empty() {
            let is_worth_it = is_calm && self.ground.processors > 1 && items.len() >= MANY;
            let calls = self.calls(rest, items, if is_worth_it { AHEAD * self.ground.processors } else { 1 });
            let changed = match calls.as_slice() {
                [call] => {
                    let keeps_all = self.step(id, &rest[0], |runner, trace| runner.mutate(call, items, trace))?;
                    (!keeps_all).then_some(0)
                }
                _ => self.at_once(id, rest, &calls, items)?,
            };
            is_calm = changed.is_none();
            rest = &mut rest[changed.map_or(calls.len(), |position| position + 1)..];
        }
        Ok(())
    }

    /// What the next functions get, at least the first of them and at `most` so many, as long as those before them may
    /// leave all as it is.
    fn calls(&self, runners: &mut [Runner<'_>], items: &mut [Item], most: usize) -> Vec<Call> {
        let mut calls: Vec<Call> = Vec::new();
        for runner in runners.iter_mut().take(most) {
            let is_sandboxed = self.ground.runtime.is_sandboxed(runner.function);
            if !calls.is_empty() && !is_sandboxed {
                break;
            }
            let mut call = runner.call(items);
            if !calls.is_empty() && !call.is_without_text() {
                break;
            }
            if let Some(before) = calls.last() {
                call.share(before);
            }
            let goes_on = is_sandboxed && call.may_leave_all_as_it_is(items);
            calls.push(call);
            if !goes_on {
                break;
            }
        }
        calls
    }

    /// Runs functions up to and with the first that changes something; which one that is.
    fn at_once(
        &mut self,
        id: PackageId,
        runners: &[Runner<'_>],
        calls: &[Call],
        items: &mut Vec<Item>,
    ) -> Result<Option<usize>, RenderError> {
        let work = Work { runners, calls, items, state: Mutex::new(State::of(calls)), answered: Condvar::new() };
        let others = self.ground.processors.min(calls.len()) - 1;
        let made = thread::scope(|scope| {
            for _ in 0..others {
                // Where there is no other thread, this one does it all.
                drop(thread::Builder::new().name("functions".into()).spawn_scoped(scope, || while work.take_up() {}));
            }
            let made = self.take_over(id, &work);
            work.end(0);
            made
        })?;
        Ok(made.map(|(position, made)| {
            runners[position].put(&calls[position], made, items);
            position
        }))
    }

    /// Takes over what functions answer, in their order; what the first of them makes that changes something.
    fn take_over(&mut self, id: PackageId, work: &Work<'_>) -> Result<Option<(usize, Made)>, RenderError> {
        for (position, call) in work.calls.iter().enumerate() {
            let runner = &work.runners[position];
            let made =
                self.step(id, runner, |runner, trace| runner.make(call, work.items, trace, || work.answer(position)))?;
            if !made.keeps_all(call) {
                return Ok(Some((position, made)));
            }
        }
        Ok(None)
    }
}

/// Functions to be called on the same resources.
struct Work<'a> {
    runners: &'a [Runner<'a>],
    calls: &'a [Call],
    items: &'a [Item],
    state: Mutex<State>,
    answered: Condvar,
}

struct State {
    /// The first that nobody has taken up.
    next: usize,
    /// Those from here on are not wanted.
    end: usize,
    answers: Vec<Option<thread::Result<Answered>>>,
    runs: Vec<Cancellation>,
}

impl State {
    fn of(calls: &[Call]) -> Self {
        Self {
            next: 0,
            end: calls.len(),
            answers: calls.iter().map(|_| None).collect(),
            runs: calls.iter().map(|_| Cancellation::default()).collect(),
        }
    }
}

impl Work<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls the next function that nobody has called; false where there is none.
    fn take_up(&self) -> bool {
        let (position, run) = {
            let mut state = self.state();
            if state.next >= state.end {
                return false;
            }
            let position = state.next;
            state.next += 1;
            (position, state.runs[position].clone())
        };
        let (runner, call) = (&self.runners[position], &self.calls[position]);
        // A panic is for the thread that waits for the answer.
        let answer = panic::catch_unwind(AssertUnwindSafe(|| runner.answer(call, self.items, Some(&run))));
        if !answer.as_ref().is_ok_and(|answer| answer.keeps_all(call)) {
            self.end(position + 1);
        }
        self.state().answers[position] = Some(answer);
        self.answered.notify_all();
        true
    }

    /// Nobody wants those from `end` on any more.
    fn end(&self, end: usize) {
        let unwanted = {
            let mut state = self.state();
            let end = state.end.min(end);
            state.end = end;
            state.runs.split_off(end)
        };
        unwanted.iter().for_each(Cancellation::cancel);
    }

    /// What a function answers. Until it does, this thread calls others.
    fn answer(&self, position: usize) -> Answered {
        loop {
            if let Some(answer) = self.state().answers[position].take() {
                return answer.unwrap_or_else(|panic| panic::resume_unwind(panic));
            }
            if !self.take_up() {
                let state = self.state();
                drop(self.answered.wait_while(state, |state| state.answers[position].is_none()));
            }
        }
    }
}
