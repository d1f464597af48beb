//! One program for every parser: `FUZZ_TARGET` names it, `FUZZ_SEEDS` is a folder that gets its seeds.
#![no_main]
#![expect(clippy::expect_used, reason = "a broken rule is a panic here")]

#[path = "../../support/keys.rs"]
mod keys;
#[path = "../../parsers/targets/mod.rs"]
mod targets;

use std::path::Path;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

use targets::{TARGETS, Target};

fn chosen() -> &'static Target {
    static CHOSEN: OnceLock<&Target> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            eprintln!("FUZZ_TARGET is one of: {}", names.join(" "));
            std::process::exit(2)
        })
    })
}

fuzz_target!(
    init: {
        let target = chosen();
        if let Ok(folder) = std::env::var("FUZZ_SEEDS") {
            for (at, seed) in target.seeds.iter().enumerate() {
                std::fs::write(Path::new(&folder).join(format!("seed-{at}")), seed).expect("a folder for the seeds");
            }
        }
    },
    |data: &[u8]| { (chosen().check)(data); }
);
