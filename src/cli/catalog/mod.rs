//! `simulate catalog`: lists the VM sizes that flags choose, or shows sizes whole.

mod args;
mod json;
mod listing;
mod sheet;
mod targets;
mod tiers;
mod whole;

use std::io::ErrorKind;
use std::path::Path;

pub use args::CatalogArgs;

use super::screen::Screen;
use crate::catalog::{Catalog, Chosen, Cloud, Filter, Finding, Mode, OwnFile, VmSize, sort_chosen};
use crate::error::{Error, Place, Problem};
use crate::inputs::{Disk, Inputs as _};
use args::Format;

/// Bytes of an own file at most.
const LARGEST: u64 = 1 << 30;

/// Does what the flags say.
pub(super) fn run(args: &CatalogArgs) -> Result<(), Error> {
    if args.targets {
        return targets::show(args.format);
    }
    let own = own_data(args)?;
    let catalog = own.as_ref().unwrap_or_else(|| Catalog::of(args.cloud));
    let screen = Screen::new(args.quiet);
    Screen::warnings(catalog.remarks());
    if args.sizes.is_empty() {
        list(args, catalog, &screen)
    } else {
        show(args, catalog)
    }
}

/// Lists what the filters choose.
fn list(args: &CatalogArgs, catalog: &Catalog, screen: &Screen) -> Result<(), Error> {
    let filter = filter(args, catalog).map_err(Error::Refused)?;
    Screen::warnings(&tiers::retired(catalog, &filter));
    let mut chosen = catalog.select(&filter);
    match args.sort {
        Some(by) => sort_chosen(&mut chosen, by.into(), filter.price_tier(), args.reverse),
        None if args.reverse => chosen.reverse(),
        None => {}
    }
    match args.format {
        Format::Table if chosen.is_empty() => {}
        Format::Table => Screen::print(&listing::listing(
            catalog,
            &chosen,
            &filter,
            Screen::limit().unwrap_or(usize::MAX),
        ))?,
        Format::Csv => Screen::print(&sheet::csv(catalog, &chosen))?,
        Format::Json => Screen::print(&json::json(catalog, &chosen))?,
    }
    let more = others(catalog, &filter, chosen.len());
    screen.note(&match chosen.len() {
        0 => {
            let reason = tiers::why_nothing(catalog, &filter);
            reason.unwrap_or_else(|| "no size is like that: leave a filter out".to_owned()) + &more
        }
        1 => format!("1 size; `simulate catalog SIZE` shows it in full{more}"),
        count => format!("{count} sizes; `simulate catalog SIZE` shows one in full{more}"),
    });
    Ok(())
}

/// How many more sizes the cloud has that no list of Azure Machine Learning names.
fn others(catalog: &Catalog, filter: &Filter, chosen: usize) -> String {
    let all = Filter {
        supported: false,
        ..filter.clone()
    };
    match catalog.select(&all).len() - chosen {
        0 => String::new(),
        more => format!(
            "; `--all` adds {more} more of {}, which no list of Azure Machine Learning names",
            catalog.cloud().name()
        ),
    }
}

/// Shows the named sizes, in the region of `--region` or in all.
fn show(args: &CatalogArgs, catalog: &Catalog) -> Result<(), Error> {
    let mut problems = Vec::new();
    let region = region(args, catalog, &mut problems);
    let mut chosen = Vec::new();
    for name in &args.sizes {
        match one(catalog, name, region) {
            Ok(size) => chosen.push(size),
            Err(finding) => problems.push(problem(name, finding)),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    match args.format {
        Format::Table => {
            let width = Screen::limit().unwrap_or(usize::MAX);
            let whole = chosen.iter();
            let whole = whole.map(|chosen| whole::whole(catalog, chosen, width));
            Screen::print_fitted(&whole.collect::<Vec<_>>().join("\n"))
        }
        Format::Csv => Screen::print(&sheet::csv(catalog, &chosen)),
        Format::Json => Screen::print(&json::json(catalog, &chosen)),
    }
}

/// A size with its prices in a region, or in all.
fn one<'a>(
    catalog: &'a Catalog,
    name: &str,
    region: Option<&'a str>,
) -> Result<Chosen<'a>, Finding> {
    let size: &VmSize = catalog
        .find_size(name)
        .map_err(|finding| elsewhere(catalog, name, finding))?;
    let prices = match region {
        Some(region) => vec![(region, catalog.find_prices(size, region)?)],
        None => catalog.prices_of(&size.name).collect(),
    };
    Ok(Chosen { size, prices })
}

/// What is said of a size that another cloud has.
fn elsewhere(catalog: &Catalog, name: &str, finding: Finding) -> Finding {
    let mut clouds = Cloud::ALL.into_iter();
    let other =
        clouds.find(|cloud| *cloud != catalog.cloud() && Catalog::of(*cloud).size(name).is_some());
    match other {
        Some(cloud) => Finding {
            help: format!(
                "it is a size of {}: add `--cloud {}`",
                cloud.name(),
                cloud.key()
            ),
            ..finding
        },
        None => finding,
    }
}

/// The flags as a filter, with names as the catalog writes them.
fn filter(args: &CatalogArgs, catalog: &Catalog) -> Result<Filter, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut names =
        |flag: &str, given: &[String], find: &dyn Fn(&str) -> Result<Vec<String>, Finding>| {
            let mut names = Vec::new();
            for name in given {
                match find(name) {
                    Ok(found) => names.extend(found),
                    Err(finding) => problems.push(problem(&format!("--{flag} {name}"), finding)),
                }
            }
            names
        };
    let series = names("series", &args.series, &|name| {
        Ok(vec![catalog.find_series(name)?.name.clone()])
    });
    let categories = names("category", &args.category, &|name| {
        Ok(vec![catalog.find_category(name)?.to_owned()])
    });
    let gpu_models = names("gpu", &args.gpu, &|name| {
        let models = catalog.find_gpu_models(name)?;
        Ok(models.into_iter().map(str::to_owned).collect())
    });
    let architectures = names("architecture", &args.architecture, &|name| {
        Ok(vec![catalog.find_architecture(name)?.name().to_owned()])
    });
    let region = region(args, catalog, &mut problems).map(str::to_owned);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Filter {
        supported: !args.all,
        series,
        categories,
        gpu_models,
        architectures,
        min_gpus: args.min_gpus,
        min_vcpus: args.min_vcpus,
        min_memory_gib: args.min_memory,
        rdma: args.rdma,
        isolated: args.isolated,
        unrestricted: args.unrestricted,
        available_on: args.available_on,
        retired_by: args.retired_by,
        region,
        tier: args.tier,
        max_price: args.max_price,
    })
}

/// The region of `--region`, if given and known.
fn region<'a>(
    args: &CatalogArgs,
    catalog: &'a Catalog,
    problems: &mut Vec<Problem>,
) -> Option<&'a str> {
    let name = args.region.as_ref()?;
    match catalog.find_region(name) {
        Ok(region) => Some(region),
        Err(finding) => {
            problems.push(problem(&format!("--region {name}"), finding));
            None
        }
    }
}

/// A finding as the problem of a flag.
fn problem(flag: &str, finding: Finding) -> Problem {
    Problem {
        place: Place::Flag(flag.to_owned()),
        key: None,
        message: finding.message,
        help: Some(finding.help),
    }
}

/// The catalog with the user's own files; `None` where there are none.
fn own_data(args: &CatalogArgs) -> Result<Option<Catalog>, Error> {
    let mode = if args.replace {
        Mode::Replace
    } else {
        Mode::Extend
    };
    let read = |path: Option<&Path>| path.map(|path| own_file(path, mode)).transpose();
    let sizes = read(args.catalog.as_deref())?;
    let prices = read(args.price_book.as_deref())?;
    if sizes.is_none() && prices.is_none() {
        return Ok(None);
    }
    Catalog::with_files(args.cloud, sizes.as_ref(), prices.as_ref())
        .map(Some)
        .map_err(Error::Refused)
}

fn own_file(path: &Path, mode: Mode) -> Result<OwnFile, Error> {
    let refused = |message: &str| {
        Error::refused(
            Place::File(path.to_owned()),
            message,
            "name a CSV file with the columns of docs/catalog.md",
        )
    };
    if path.is_dir() {
        return Err(refused("this is a folder"));
    }
    let read = Disk
        .read_at_most(path, LARGEST)
        .map_err(|source| match source.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => refused("there is no such file"),
            _ => Error::Io {
                action: format!("cannot read `{}`", path.display()),
                source,
                help: "check that you may read the file".to_owned(),
            },
        })?;
    let too_large = || refused("the file is larger than 1 GiB");
    let bytes = read.ok_or_else(too_large)?;
    Ok(OwnFile {
        path: path.to_owned(),
        bytes,
        mode,
    })
}
