//! The numbers of `wrangler.toml`.

use ostiary::ports::Limit;

/// How many a minute a deployment allows.
pub fn of_wrangler_toml(limit: Limit) -> u32 {
    let config = include_str!("../../wrangler.toml");
    let from = config.find(&format!("name = \"{}\"", limit.binding())).expect("the binding");
    let number = &config[from..];
    let number = &number[number.find("limit = ").expect("its limit") + 8..];
    number[..number.find(',').expect("its end")].parse().expect("a number")
}
