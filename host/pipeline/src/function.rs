//! One function of a pipeline: from the resources it gets to the resources that take their place.

mod config;
mod default_path;
mod exchange;
mod input;
mod invariants;
mod output;
mod twins;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use porchlight_package::{Compat, FunctionKind, FunctionRef, Package, annotation, krm_problem};

use crate::cancellation::Cancellation;
use crate::error::Problem;
use crate::item::{Item, MIGRATION_ID};
use crate::reporter::{Ending, Event, Reporter, Step};
use crate::restore::restore;
use crate::results::{FunctionResult, FunctionResultList, ResultItem};
use crate::runtime::{Invocation, Prepared, RunOutput};
use crate::selection;

pub(crate) use config::{Config, from_arguments};
use exchange::{Exchange, Slot};
use twins::Twins;

pub use output::{OutputError, results_of};
pub(crate) use output::{check_aliases, read_items};

/// A function that is ready to run, with its configuration.
pub(crate) struct Runner<'a> {
    pub(crate) function: &'a FunctionRef,
    pub(crate) kind: FunctionKind,
    pub(crate) prepared: Box<dyn Prepared>,
    pub(crate) config: Config,
    /// The package whose pipeline has the function; none where it is run on its own.
    pub(crate) package: Option<&'a Package>,
    /// Names of the package and the ones around it, for progress; "" without a package.
    pub(crate) package_name: &'a str,
    pub(crate) compat: Compat,
    pub(crate) allow_empty: bool,
}

/// Where a run leaves its traces.
pub(crate) struct Trace<'a> {
    pub(crate) reporter: &'a mut dyn Reporter,
    pub(crate) results: &'a mut FunctionResultList,
}

/// What a run leaves behind, whether it passes or not.
#[derive(Default)]
struct Leftovers {
    results: Vec<ResultItem>,
    output: RunOutput,
    /// Time for the run and all that was done with its output.
    elapsed: Duration,
}

/// What a function is to get of the items as they are.
pub(crate) struct Call {
    /// Positions, in order.
    selected: Vec<usize>,
    /// None where it has to go as text.
    exchange: Option<Exchange>,
}

impl Call {
    pub(crate) fn is_without_text(&self) -> bool {
        self.exchange.is_some()
    }

    /// Shares what is the same in a call for the same items before it.
    pub(crate) fn share(&mut self, before: &Self) {
        if let (Some(mine), Some(others)) = (&mut self.exchange, &before.exchange)
            && self.selected == before.selected
        {
            mine.share(others);
        }
    }

    /// True where the items are what they were if the function keeps all it gets: nothing of them comes back in another
    /// form, as it may do from the first function.
    pub(crate) fn may_leave_all_as_it_is(&self, items: &[Item]) -> bool {
        self.exchange.is_some() && self.selected.iter().all(|position| items[*position].passes_as_it_is())
    }
}

/// What a mutator answered to a call without text.
pub(crate) struct Answered {
    /// None where it has to be asked by text.
    slots: Option<Result<Vec<Slot>, Problem>>,
    left: Leftovers,
}

impl Answered {
    /// True where the function passed and kept all it got.
    pub(crate) fn keeps_all(&self, call: &Call) -> bool {
        matches!(&self.slots, Some(Ok(slots)) if exchange::keeps_all(slots, &call.selected))
    }
}

/// What a mutator makes of the items of its package.
pub(crate) enum Made {
    /// From an answer without text.
    Slots(Vec<Slot>),
    /// From a text; with the items as they were sent.
    Text { sent: Vec<Item>, output: Vec<Item> },
}

impl Made {
    /// True where the function kept all it got.
    pub(crate) fn keeps_all(&self, call: &Call) -> bool {
        matches!(self, Self::Slots(slots) if exchange::keeps_all(slots, &call.selected))
    }
}

impl Runner<'_> {
    /// Looks what the function is to get.
    pub(crate) fn call(&mut self, items: &mut [Item]) -> Call {
        if let Some(package) = self.package {
            match (self.kind, self.compat) {
                (FunctionKind::Mutator, _) => self.config.use_live(items, self.function, package),
                (FunctionKind::Validator, Compat::Latest) => self.config.copy_live(items, self.function, package),
                (FunctionKind::Validator, Compat::Beta56) => {}
            }
        }
        let selected = selection::select(items, self.function);
        let exchange = Exchange::prepare(self, items, &selected);
        Call { selected, exchange }
    }

    /// Runs a mutator over the resources of its package, and puts what is there afterwards in their place. True where it
    /// kept all it got.
    ///
    /// # Errors
    /// The function failed, or its output cannot be used. The resources are as they were.
    pub(crate) fn mutate(&self, call: &Call, items: &mut Vec<Item>, trace: &mut Trace<'_>) -> Result<bool, Problem> {
        if call.is_without_text() {
            let made = self.make(call, items, trace, || self.answer(call, items, None))?;
            let keeps_all = made.keeps_all(call);
            self.put(call, made, items);
            return Ok(keeps_all);
        }
        let outcome = self.mutate_by_text(items, &call.selected, trace);
        if outcome.is_err() {
            let id_annotation = selection::id_annotation(self.compat);
            for item in items {
                item.clear_annotations(&[annotation::LEGACY_ID, MIGRATION_ID, annotation::ID, id_annotation]);
            }
        }
        outcome.map(|()| false)
    }

    fn mutate_by_text(&self, items: &mut Vec<Item>, selected: &[usize], trace: &mut Trace<'_>) -> Result<(), Problem> {
        let twins = self.prepare_text(items, selected)?;
        let mut output = self.run(selected, trace, |left| self.run_by_text(items, selected, left))?;
        twins.reconcile(&mut output)?;
        *items = self.with_output(std::mem::take(items), selected, output);
        Ok(())
    }

    /// Calls a mutator without text.
    pub(crate) fn answer(&self, call: &Call, items: &[Item], cancellation: Option<&Cancellation>) -> Answered {
        let start = Instant::now();
        let mut left = Leftovers::default();
        let exchange = call.exchange.as_ref();
        let slots =
            exchange.and_then(|exchange| self.exchange(exchange, items, &call.selected, &mut left, cancellation));
        left.elapsed = start.elapsed();
        Answered { slots, left }
    }

    /// Takes up what a mutator answers to a call without text, and tells about it.
    ///
    /// # Errors
    /// The function failed, or its output cannot be used.
    pub(crate) fn make(
        &self,
        call: &Call,
        items: &[Item],
        trace: &mut Trace<'_>,
        answer: impl FnOnce() -> Answered,
    ) -> Result<Made, Problem> {
        enum Returned {
            Slots(Vec<Slot>),
            Text(Vec<Item>, Twins, Vec<Item>),
        }
        let selected = &call.selected;
        let returned = self.run(selected, trace, |left| {
            let answered = answer();
            if let Some(slots) = answered.slots {
                *left = answered.left;
                return slots.map(Returned::Slots);
            }
            left.elapsed = answered.left.elapsed;
            let mut sent = items.to_vec();
            let twins = self.prepare_text(&mut sent, selected)?;
            let output = self.run_by_text(&mut sent, selected, left)?;
            Ok(Returned::Text(sent, twins, output))
        })?;
        Ok(match returned {
            Returned::Slots(mut slots) => {
                for slot in &mut slots {
                    if let Slot::New(item) = slot {
                        twins::reconcile(item, |number| selected.get(number).map(|position| &items[*position]))?;
                    }
                }
                Made::Slots(slots)
            }
            Returned::Text(sent, twins, mut output) => {
                twins.reconcile(&mut output)?;
                Made::Text { sent, output }
            }
        })
    }

    /// Gives the items what tells them apart in a text.
    fn prepare_text(&self, items: &mut [Item], selected: &[usize]) -> Result<Twins, Problem> {
        if selection::is_selective(self.function) {
            let id_annotation = selection::id_annotation(self.compat);
            for (number, item) in items.iter_mut().enumerate() {
                item.set_annotation(id_annotation, &number.to_string());
            }
        }
        Ok(Twins::prepare(items, selected)?)
    }

    /// Puts what a mutator made in the place of what it got.
    pub(crate) fn put(&self, call: &Call, made: Made, items: &mut Vec<Item>) {
        if made.keeps_all(call) {
            call.selected.iter().for_each(|position| items[*position].pass());
            return;
        }
        *items = match made {
            Made::Slots(slots) if selection::is_selective(self.function) => {
                let id_annotation = selection::id_annotation(self.compat);
                exchange::merge(std::mem::take(items), &call.selected, slots, id_annotation)
            }
            Made::Slots(slots) => exchange::replace(std::mem::take(items), slots),
            Made::Text { sent, output } => self.with_output(sent, &call.selected, output),
        };
    }

    /// The items after a mutator that got a text.
    fn with_output(&self, sent: Vec<Item>, selected: &[usize], output: Vec<Item>) -> Vec<Item> {
        if selection::is_selective(self.function) {
            selection::merge(sent, selected, output, selection::id_annotation(self.compat))
        } else {
            output
        }
    }

    /// Runs a validator over the resources. What it returns is checked and dropped.
    ///
    /// # Errors
    /// The function failed, or its output breaks a rule.
    pub(crate) fn validate(&self, call: &Call, items: &[Item], trace: &mut Trace<'_>) -> Result<(), Problem> {
        self.run(&call.selected, trace, |left| {
            let answered = self.answer(call, items, None);
            if let Some(slots) = answered.slots {
                *left = answered.left;
                return slots.map(drop);
            }
            left.elapsed = answered.left.elapsed;
            let mut copies: Vec<Item> = call.selected.iter().map(|position| items[*position].clone()).collect();
            let all: Vec<usize> = (0..copies.len()).collect();
            self.run_by_text(&mut copies, &all, left).map(drop)
        })
    }

    /// Runs the function on the selected items by `run`, and tells about it.
    fn run<R>(
        &self,
        selected: &[usize],
        trace: &mut Trace<'_>,
        run: impl FnOnce(&mut Leftovers) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let step = Step {
            function: self.prepared.display_name(),
            selected: selection::is_selective(self.function).then_some(selected.len()),
            package: self.package_name,
        };
        trace.reporter.report(Event::Started(step));
        let mut left = Leftovers::default();
        let outcome = run(&mut left);
        let Leftovers { results, output, elapsed } = left;
        let (ending, error) = match (&outcome, output.exit_code) {
            (Ok(_), _) => (Ending::Passed, None),
            (Err(Problem::Failed { exit_code }), _) => (Ending::Failed { exit_code: *exit_code }, None),
            (Err(problem), 0) => (Ending::Refused, Some(problem.to_string())),
            // A process that failed is told as such, whatever is wrong with its output.
            (Err(problem), exit_code) => (Ending::Failed { exit_code }, Some(problem.to_string())),
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        trace.reporter.report(Event::Finished { step, ending, elapsed, results: &results, stderr: &stderr });
        let stderr = stderr.into_owned();
        trace.results.items.push(FunctionResult { execution_error: error, ..self.result(results, stderr, ending) });
        outcome
    }

    fn result(&self, results: Vec<ResultItem>, stderr: String, ending: Ending) -> FunctionResult {
        let name = self.prepared.display_name().to_owned();
        let (image, exec) = if self.function.image.is_empty() { (String::new(), name) } else { (name, String::new()) };
        FunctionResult {
            image,
            exec,
            name: self.function.name.clone(),
            kind: self.kind,
            package: self.package.map_or_else(String::new, |package| package.display_path().to_owned()),
            stderr,
            exit_code: match ending {
                Ending::Passed => 0,
                Ending::Failed { exit_code } => exit_code,
                Ending::Refused => 1,
            },
            failed: ending != Ending::Passed,
            execution_error: None,
            results,
        }
    }

    fn run_by_text(&self, items: &mut [Item], selected: &[usize], left: &mut Leftovers) -> Result<Vec<Item>, Problem> {
        let start = Instant::now();
        let returned = self.text(items, selected, left);
        left.elapsed += start.elapsed();
        returned
    }

    /// The run itself with all checks, and text in and out.
    fn text(&self, items: &mut [Item], selected: &[usize], left: &mut Leftovers) -> Result<Vec<Item>, Problem> {
        for position in selected {
            let item = &items[*position];
            if let Some(reason) = krm_problem(&item.resource) {
                return Err(Problem::input_not_krm(item, reason));
            }
        }
        input::set_ids(items, selected);
        let text = OnceCell::new();
        let write = || input::text(items, selected, &self.config);
        left.output = self.prepared.run(Invocation::new(&write, &text)).map_err(|error| {
            left.output.stderr.clone_from(&error.stderr);
            Problem::Runtime(error)
        })?;
        let exit_code = left.output.exit_code;
        let parsed = output::parse(std::mem::take(&mut left.output.stdout), self.compat);
        if exit_code != 0 {
            // The results count whatever else is in the output; an output that cannot be read is told too.
            return match parsed {
                Ok(output) => {
                    left.results = output.results.items;
                    Err(Problem::Failed { exit_code })
                }
                Err(OutputError::Empty) => Err(Problem::Failed { exit_code }),
                Err(error) => Err(error.into()),
            };
        }
        let output = parsed?;
        let mut returned = output.items;
        let takes_all = self.kind == FunctionKind::Mutator && !selection::is_selective(self.function);
        if takes_all && returned.is_empty() && !selected.is_empty() && !self.allow_empty {
            return Err(OutputError::Emptied(selected.len()).into());
        }
        let sent: HashMap<String, &Item> = selected
            .iter()
            .enumerate()
            .map(|(number, position)| ((number + 1).to_string(), &items[*position]))
            .collect();
        self.take_over(items, |id| sent.get(id).copied(), &mut returned)?;
        left.results = output.results.items;
        match output.results.error {
            Some(error) => Err(Problem::Results(error)),
            None => Ok(returned),
        }
    }

    /// Gives output its comments, paths and package, and checks it. `sent` finds what was sent with an id.
    fn take_over<'a>(
        &self,
        items: &[Item],
        sent: impl Fn(&str) -> Option<&'a Item>,
        output: &mut [Item],
    ) -> Result<(), Problem> {
        for item in output.iter_mut() {
            let id = item.marks().id;
            let Some(from) = id.internal.or(id.legacy).and_then(&sent) else { continue };
            restore(from.document(), from.origin, item.document_mut())?;
            item.clear_annotations(&[annotation::ID, annotation::LEGACY_ID]);
        }
        let directory = self.config.scope(items);
        let package = self.package.map(|package| package.directory().to_string_lossy());
        for item in output.iter_mut() {
            twins::complete(item);
            default_path::set(item, &directory);
            if let Some(package) = &package
                && item.marks().package.is_none_or(str::is_empty)
            {
                item.set_annotation(annotation::PACKAGE_PATH, package);
            }
        }
        invariants::check(output.iter())?;
        for item in output.iter() {
            if let Some(reason) = krm_problem(&item.resource) {
                return Err(Problem::output_not_krm(item, reason));
            }
        }
        Ok(())
    }
}
