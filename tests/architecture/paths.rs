//! The `crate::` and `super::` paths of a file, resolved to where they lead; `use` trees taken apart.

use super::lexer::Token;

/// Where every path of the file leads, from the crate's root: `["model", "grant", "*"]`. A bare root is `[]`.
pub fn paths(file: &str, tokens: &[Token]) -> Vec<Vec<String>> {
    let mut walk = Walk { tokens, at: 0, modules: module_of(file), blocks: Vec::new(), found: Vec::new() };
    while walk.at < tokens.len() {
        walk.step();
    }
    walk.found
}

/// The module that a file is.
fn module_of(file: &str) -> Vec<String> {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

struct Walk<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The module we are in, inline ones too.
    modules: Vec<String>,
    /// For every open brace, whether it is that of an inline module.
    blocks: Vec<bool>,
    found: Vec<Vec<String>>,
}

impl Walk<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is(&self, at: usize, token: &Token) -> bool {
        self.tokens.get(at) == Some(token)
    }

    fn step(&mut self) {
        match self.tokens.get(self.at) {
            Some(Token::Mark('{')) => self.blocks.push(false),
            Some(Token::Mark('}')) => {
                let inline = self.blocks.pop() == Some(true);
                self.modules.truncate(self.modules.len() - usize::from(inline));
            }
            Some(Token::Word(word)) if word == "mod" && self.is(self.at + 2, &Token::Mark('{')) => {
                let name = self.word(self.at + 1).unwrap_or_default().to_owned();
                self.modules.push(name);
                self.blocks.push(true);
                self.at += 2;
            }
            Some(Token::Word(word)) if matches!(word.as_str(), "crate" | "super" | "self") => return self.path(),
            _ => {}
        }
        self.at += 1;
    }

    /// A path that begins here. `pub(crate)` and `self.field` are none; `use crate as x` would hide all that follows.
    fn path(&mut self) {
        let renamed = self.word(self.at + 1) == Some("as");
        if !renamed && !self.is(self.at + 1, &Token::Separator) {
            self.at += 1;
            return;
        }
        let start = self.modules.clone();
        self.branch(start);
    }

    /// The rest of a path, from the word at `at` on; leaves `at` behind it.
    fn branch(&mut self, mut prefix: Vec<String>) {
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Word(word)) => match word.as_str() {
                    "crate" => prefix.clear(),
                    "super" => drop(prefix.pop()),
                    "self" => {}
                    name => prefix.push(name.to_owned()),
                },
                Some(Token::Mark('*')) => prefix.push("*".to_owned()),
                Some(Token::Mark('{')) => return self.tree(&prefix),
                _ => return self.found.push(prefix),
            }
            self.at += 1;
            if !self.is(self.at, &Token::Separator) {
                return self.found.push(prefix);
            }
            self.at += 1;
        }
    }

    /// The branches between `{` and `}`.
    fn tree(&mut self, prefix: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && !self.is(self.at, &Token::Mark('}')) {
            if matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word != "as")
                || self.is(self.at, &Token::Mark('*'))
                || self.is(self.at, &Token::Mark('{'))
            {
                self.branch(prefix.to_vec());
            } else if self.word(self.at) == Some("as") {
                self.at += 2;
            } else {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}
