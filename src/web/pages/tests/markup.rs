//! Just enough of a reader for the markup that our own templates write.

/// A start tag: its name, and its attributes with their values as written.
pub type Tag<'a> = (&'a str, Vec<(&'a str, &'a str)>);

/// Every start tag. Good only for our own markup, where each `<` begins a tag and values are in double quotes.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let starts = html.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!']));
    starts
        .map(|tag| {
            let inside = tag.split_once('>').expect("tags are closed").0;
            let (name, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            (name, attributes(rest))
        })
        .collect()
}

fn attributes(mut rest: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let (name, after) = rest.split_at(rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len()));
        let value = after.strip_prefix("=\"").map(|quoted| quoted.split_once('"').expect("quotes are closed"));
        assert!(value.is_some() || !after.starts_with('='), "a value without double quotes: {rest}");
        let (value, after) = value.unwrap_or(("", after));
        found.push((name, value));
        rest = after;
    }
    found
}

/// What `tag` gives the attribute `name`.
pub fn value<'a>(tag: &Tag<'a>, name: &str) -> Option<&'a str> {
    tag.1.iter().find(|(attribute, _)| *attribute == name).map(|(_, value)| *value)
}
