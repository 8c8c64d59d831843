//! Scenario files: [`load`] turns a TOML file, its data files and flags into checked variants, or into the list of all
//! that is wrong with them. Files come from [`crate::inputs`]; nothing is simulated here.
//!
//! A wing imports only from wings above its own (`tests/layers.rs` checks it); `world` reads one variant with all of them, and `simulated`
//! chooses among them.
//!
//! | Wing | What it has |
//! |---|---|
//! | [`keys`] | every key there is |
//! | `document` | the file as a tree that knows where everything was written, and typed cursors over it |
//! | `variants` | a tree for each variant: overlays, sweep, flags; which keys nothing reads |
//! | `goals` | what is wanted of figures |
//! | `data` | data files: traces, logs of losses, columns of numbers, and the lengths drawn from them |
//! | `buying` | market, prices, charges, billing, commitments |
//! | `kinds` | what each kind of target and service is |
//! | `targets` | the targets and services of a variant, and their quotas |
//! | `work` | workloads of runs and of requests, their arrivals, the clock |
//! | `checks` | what these must be to each other: offered load, sizes, needs, losses; remarks |

mod buying;
mod checks;
mod data;
mod document;
mod goals;
pub mod keys;
mod kinds;
mod simulated;
mod targets;
mod variants;
mod work;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::buying::source::PriceSource;
pub use self::checks::offered::OfferedLoad;
pub use self::checks::routes::Route;
pub use self::checks::serving_load::ServiceLoad;
pub use self::data::readings::{Durations, LeftOut, Reading, Stamps};
pub use self::document::usual::{ActingDefault, Basis, DefaultOf};
pub use self::goals::Goals;
pub use self::simulated::Variant;
pub use self::variants::header::MAX_REPLICATIONS;

use self::buying::exchange;
use self::checks::speeds::{self, EquallyFast};
use self::data::context::Context;
use self::data::files::Files;
use self::document::sink::{Read, Reported, Sink};
use self::document::tree::Node;
use self::document::{opening, syntax};
use self::simulated::Chosen;
use self::variants::header::{header, refuse_of_study};
use self::variants::planned::Planned;
use self::variants::search::search;
use self::variants::selection::{FLAG, baseline, meant_names, selected};
use self::variants::{plan, unread, usage};
use self::world::{Shared, World};
use crate::currency::Currency;
use crate::error::{Error, Place, Problem, SourceFile};
use crate::inputs::{Disk, Inputs};
use crate::precision::Precision;
use crate::search::Search;
use crate::uncertain::Uncertain;

/// What some editors write before a text, some of them twice.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What the command line says about a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `KEY=VALUE` overrides, in order.
    pub set: Vec<String>,
    /// Variants to simulate; all if empty.
    pub variants: Vec<String>,
    /// The flag that names them, for messages; `--variant` if none.
    pub named_by: Option<&'static str>,
    /// Limits on figures, as `wait_p95 <= 10m`, in the place of the file's on the same figures.
    pub goals: Vec<String>,
    /// Instead of the file's seed.
    pub seed: Option<u64>,
    /// Instead of the file's replications.
    pub replications: Option<u32>,
    /// Whether the points of the search are variants; else the search is passed over, with a note.
    pub search: bool,
    /// Whether it matters what is uncertain; else that is passed over, with a note.
    pub uncertain: bool,
}

/// A scenario, checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: the file's, if it gives none.
    pub name: String,
    /// One sentence about it, if given.
    pub description: Option<String>,
    /// The file.
    pub path: PathBuf,
    /// The file's text as read.
    pub text: String,
    /// What all randomness is derived from.
    pub seed: u64,
    /// Replications of each variant, at least 1; where a precision is wanted, those of the first round.
    pub replications: u32,
    /// Intervals that are wanted, for which replications are added.
    pub precision: Option<Precision>,
    /// How its search ends, if it has one that is not passed over.
    pub search: Option<Search>,
    /// Keys of which only a range is known, and which no flag gives a value.
    pub uncertain: Vec<Uncertain>,
    /// Position of the variant to compare against.
    pub baseline: usize,
    /// What reports print costs in.
    pub currency: Currency,
    /// What is wanted of them.
    pub goals: Goals,
    /// The alternatives, at least one.
    pub variants: Vec<Variant>,
    /// What the user should know before trusting results.
    pub warnings: Vec<String>,
    /// What is worth knowing, without being wrong.
    pub notes: Vec<String>,
    /// What the command line says about it, as given.
    pub asked: Options,
    /// The data files that were read.
    pub data_files: Vec<PathBuf>,
    /// What was read from them.
    pub readings: Vec<Reading>,
    /// The defaults that act: those of the file, then those of the variants, each once.
    pub defaults: Vec<DefaultOf>,
}

/// Reads and checks a scenario on the disk with all its variants. Refused with every problem there is.
pub fn load(path: &Path, options: &Options) -> Result<Scenario, Error> {
    load_from(&Disk, path, options)
}

/// Does what [`load`] does with files from anywhere, such as [`crate::inputs::Memory`].
pub fn load_from(inputs: &dyn Inputs, path: &Path, options: &Options) -> Result<Scenario, Error> {
    let opened = Opened::read(inputs, path)?;
    let files = Files::beside(path, inputs);
    let mut scenario = opened.checked(&files, options, Point::default())?;
    scenario.readings.extend(files.readings());
    scenario.data_files = files.into_paths();
    Ok(scenario)
}

/// What is said of a search where nobody searches.
const PASSED_OVER: &str =
    "`[search]` is passed over: `simulate optimize FILE` finds the best of its points";
/// What is said of uncertain keys where nobody asks what they do.
const AS_STATED: &str =
    "`[uncertain]` is passed over: `simulate sensitivity FILE` tells what the answer rests on";

/// A scenario file of which variants are made. The file is read once, and so is each data file that one of them names.
pub struct Template<'a> {
    opened: Opened,
    files: Files<'a>,
    options: Options,
}

impl<'a> Template<'a> {
    /// Reads the file. [`Error::Refused`] where it is no scenario file.
    pub fn open(inputs: &'a dyn Inputs, path: &Path, options: Options) -> Result<Self, Error> {
        Ok(Self {
            opened: Opened::read(inputs, path)?,
            files: Files::beside(path, inputs),
            options,
        })
    }

    /// The scenario as it stands. [`Error::Refused`] with all that is wrong with it.
    pub fn scenario(&self) -> Result<Scenario, Error> {
        self.with(&[], None)
    }

    /// The scenario with `load` times as many arrivals of the workspace's own work: what each `load_factor` multiplies is multiplied
    /// by this too. Runs of others and users who wait for ends stay as they are. [`Error::Refused`] with all that is wrong with it
    /// then.
    pub fn at_load(&self, load: f64) -> Result<Scenario, Error> {
        self.with(&[], Some(load))
    }

    /// The scenario with other values of some keys, as `--set KEY=VALUE` takes them. [`Error::Refused`] with all that is wrong with
    /// it then.
    pub fn with_values(&self, values: &[(&str, &str)]) -> Result<Scenario, Error> {
        refuse_of_study(values)?;
        self.with(values, None)
    }

    /// The scenario with other values of its uncertain keys: in their order, places from 0 (low) to 1 (high); `None` is as
    /// stated. [`Error::Refused`] with all that is wrong with it then.
    pub fn at(&self, places: &[Option<f64>]) -> Result<Scenario, Error> {
        let point = Point { places, load: None };
        self.opened.checked(&self.files, &self.options, point)
    }

    /// The baseline with other values of some keys, as `--set KEY=VALUE` takes them, under this name. [`Error::Refused`] with
    /// all that is wrong with the scenario then.
    pub fn variant(&self, name: &str, values: &[(&str, &str)]) -> Result<Variant, Error> {
        let mut scenario = self.with_values(values)?;
        let baseline = scenario.variants.swap_remove(scenario.baseline);
        Ok(Variant {
            name: name.to_owned(),
            ..baseline
        })
    }

    fn with(&self, values: &[(&str, &str)], load: Option<f64>) -> Result<Scenario, Error> {
        let mut options = self.options.clone();
        let given = options.set.len();
        let values = values.iter().map(|(key, value)| format!("{key}={value}"));
        options.set.extend(values);
        let point = Point { load, places: &[] };
        let checked = self.opened.checked(&self.files, &options, point);
        checked.map_err(|error| tried(error, &options.set[given..]))
    }
}

/// What is wrong with values that nobody wrote as a flag: they are named as values that are tried.
fn tried(error: Error, values: &[String]) -> Error {
    let Error::Refused(mut problems) = error else {
        return error;
    };
    for problem in &mut problems {
        let Place::Flag(flag) = &problem.place else {
            continue;
        };
        let set = flag.strip_prefix("--set ").map(str::to_owned);
        if let Some(set) = set.filter(|set| values.contains(set)) {
            problem.place = Place::Tried(set);
        }
    }
    Error::Refused(problems)
}

/// A scenario file that was read, with what its syntax says.
struct Opened {
    text: String,
    file: Arc<SourceFile>,
    document: Node,
    problems: Vec<Problem>,
}

/// Where a scenario is looked at, beside what it states.
#[derive(Clone, Copy, Default)]
struct Point<'a> {
    /// A factor on the arrivals of the workspace's own work.
    load: Option<f64>,
    /// Places of its uncertain keys in their ranges, in order; `None` is as stated.
    places: &'a [Option<f64>],
}

impl Opened {
    fn read(inputs: &dyn Inputs, path: &Path) -> Result<Self, Error> {
        let text = opening::text(inputs, path)?;
        let without_marks = text.trim_start_matches(BYTE_ORDER_MARK).to_owned();
        let file = Arc::new(SourceFile::new(path.to_owned(), without_marks));
        let (document, problems) = syntax::parse(&file);
        match opening::not_a_scenario(path, &problems) {
            Some(problem) => Err(Error::Refused(vec![problem])),
            None => Ok(Self {
                text,
                file,
                document,
                problems,
            }),
        }
    }

    /// The scenario that it is with these options and at this point, or all that is wrong with it.
    fn checked(
        &self,
        files: &Files<'_>,
        options: &Options,
        point: Point<'_>,
    ) -> Result<Scenario, Error> {
        let sink = Sink::new(Arc::clone(&self.file), self.problems.clone());
        let mut root = self.document.clone();
        match check((&sink, files), &mut root, options, point) {
            Ok(scenario) if sink.is_empty() => Ok(Scenario {
                text: self.text.clone(),
                ..scenario
            }),
            _ => Err(Error::Refused(sink.into_problems())),
        }
    }
}

fn check(
    (sink, files): (&Sink, &Files<'_>),
    root: &mut Node,
    options: &Options,
    Point { load, places }: Point<'_>,
) -> Read<Scenario> {
    let mut warnings = Vec::new();
    goals::put_flags(sink, root, &options.goals);
    let asked = (options.set.as_slice(), options.search, places);
    let (planned, uncertain) = plan::plan(sink, root, asked, &mut warnings);
    let header = header(sink, root);
    let mut roots = planned.iter().map(|variant| &variant.root);
    roots.try_for_each(|root| plan::refuse_very_many_tables(sink, root))?;
    let currency = exchange::currency(sink, root);
    let context = Context {
        sink,
        files,
        currency,
        load,
    };
    let mut shared = Shared::default();
    let of_file = defaults_of_file(sink, options);
    let worlds = planned.iter();
    let worlds = worlds.map(|variant| world::read(&context, &variant.root, &mut shared));
    let worlds: Vec<Read<World>> = worlds.collect();
    usage::refuse_unused_targets(sink, &planned);
    unread::refuse_unread(sink, &planned);
    let header = header?;
    let search = search(sink, root)?;
    let of_all = (planned.as_slice(), options.set.as_slice());
    let baseline = baseline(sink, root, &header, of_all, &mut warnings);
    let asked = (options.named_by.unwrap_or(FLAG), &*options.variants);
    let selected = selected(sink, root, asked, &planned);
    let goals = goals_of(sink, root, (&worlds, &planned), currency);
    let worlds: Vec<World> = worlds.into_iter().collect::<Read<_>>()?;
    let (baseline, selected, currency, goals) = (baseline?, selected?, currency?, goals?);
    if !sink.is_empty() {
        return Err(Reported);
    }
    let position = selected.iter().position(|position| *position == baseline);
    let names = [baseline, selected[0]].map(|position| planned[position].name.as_str());
    warnings.extend(position.is_none().then(|| other_baseline(names)));
    let machines = equally_fast(&worlds, &selected);
    warnings.extend(machines.warnings);
    let mut chosen = Chosen::of(worlds, &planned, &selected, &of_file);
    warnings.append(&mut chosen.warnings);
    let passed_over = passed_over(search.as_ref(), &uncertain, options);
    let notes = machines.notes.into_iter().chain(passed_over);
    chosen.notes.extend(notes);
    Ok(Scenario {
        name: header.name,
        description: header.description,
        path: sink.file().path.clone(),
        text: sink.file().text.clone(),
        seed: options.seed.unwrap_or(header.seed),
        replications: options.replications.unwrap_or(header.replications),
        precision: header.precision.filter(|_| options.replications.is_none()),
        baseline: position.unwrap_or(0),
        search: search.filter(|_| options.search),
        uncertain,
        currency,
        goals,
        notes: chosen.notes,
        variants: chosen.variants,
        warnings,
        asked: options.clone(),
        data_files: Vec::new(),
        readings: chosen.readings,
        defaults: chosen.defaults,
    })
}

/// Notes on tables that this command does not use.
fn passed_over(
    search: Option<&Search>,
    uncertain: &[Uncertain],
    options: &Options,
) -> impl Iterator<Item = String> + use<> {
    let searched = search.is_none() || options.search;
    let asked = uncertain.is_empty() || options.uncertain;
    let notes = [(searched, PASSED_OVER), (asked, AS_STATED)];
    let notes = notes.into_iter().filter(|(is_used, _)| !is_used);
    notes.map(|(_, note)| note.to_owned())
}

/// What is wanted of the figures of all variants.
fn goals_of(
    sink: &Sink,
    root: &Node,
    (worlds, planned): (&[Read<World>], &[Planned]),
    currency: Read<Currency>,
) -> Read<Goals> {
    let variants = |name: &str| meant_names(name, root, planned);
    let worlds = worlds.iter().map(|world| world.as_ref().ok());
    let settings = worlds.map(|world| Some((&world?.settings, &*world?.copied)));
    let known = goals::Known::of(settings, &variants);
    goals::read(sink, root, (&known, currency.unwrap_or_default()))
}

/// What is said where another variant than the baseline takes its place.
fn other_baseline([baseline, other]: [&str; 2]) -> String {
    format!(
        "the baseline `{baseline}` is not among the selected variants: `{other}` takes its place"
    )
}

/// What is said of machines that runs are as fast on, since no speed is given, over the variants that are simulated.
fn equally_fast(worlds: &[World], selected: &[usize]) -> EquallyFast {
    let selected = selected.iter().map(|position| &worlds[*position]);
    speeds::equally_fast(selected.flat_map(|world| &world.equally_fast))
}

/// The defaults of the file that act: flags take the place of some.
fn defaults_of_file(sink: &Sink, options: &Options) -> Vec<ActingDefault> {
    let mut found = sink.take_defaults();
    found.retain(|default| {
        let flag = options.replications.is_some();
        !(flag && ["replications", "precision.max_replications"].contains(&&*default.path()))
    });
    found
}
