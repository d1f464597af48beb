//! Links between documents lead somewhere, and pictures are there.

use std::collections::BTreeSet;
use std::path::Path;

use super::root;

/// The anchor that a heading gets: small letters, no punctuation, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The links of a document that lead to another file or heading of the project and end nowhere.
fn dead_links(document: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap_or_default();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let leads = |link: &&str| {
        let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() { document.to_owned() } else { document.with_file_name(file) };
        let found = std::fs::read_to_string(&target).unwrap_or_default();
        let has_heading = || found.lines().any(|line| line.starts_with('#') && anchor(line) == wanted);
        target.exists() && (wanted.is_empty() || has_heading())
    };
    links.filter(|link| !link.contains("://") && !link.contains(' ') && !leads(link)).map(str::to_owned).collect()
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let folders = ["", "docs", "examples", "examples/todo", "examples/camera", "examples/clients"];
    let languages =
        ["rust", "python", "typescript", "go", "curl"].map(|language| format!("examples/clients/{language}"));
    for folder in folders.map(str::to_owned).into_iter().chain(languages) {
        for file in std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten() {
            let path = file.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                assert_eq!(dead_links(&path), [""; 0], "{}", path.display());
            }
        }
    }
}

#[test]
fn every_picture_that_a_document_shows_is_there_and_every_one_that_is_there_is_shown() {
    let pictures = std::fs::read_dir(root().join("docs/images")).into_iter().flatten().flatten();
    let mut there = BTreeSet::new();
    for picture in pictures {
        let size = picture.metadata().map_or(u64::MAX, |metadata| metadata.len());
        let name = picture.file_name().to_string_lossy().into_owned();
        assert!(
            picture.path().extension().is_some_and(|extension| extension == "png") && size < 80_000,
            "{name}: {size} bytes"
        );
        there.insert(name);
    }
    let documents = std::fs::read_dir(root().join("docs")).into_iter().flatten().flatten();
    let texts: String = documents.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
    let shown: BTreeSet<String> =
        texts.split("](images/").skip(1).filter_map(|rest| Some(rest.split(')').next()?.to_owned())).collect();
    assert!((1..=12).contains(&there.len()), "{there:?}");
    assert_eq!(there, shown);
}
