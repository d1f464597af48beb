//! A Python that reads modules.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Has check.py look at each module; fails with what it found.
pub fn check(cases: &[Value]) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_module/check.py");
    let python = std::env::var("OSTIARY_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(&python)
        .args(["-I", "-B", "-W", "error", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs Python ({python}, 3.9 or newer): {error}"));
    let mut input = child.stdin.take().expect("its input");
    // It reads all of it before it says anything.
    for case in cases {
        writeln!(input, "{case}").expect("it reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let (said, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{problems}\nto see it again: GENERATED_SEED={}", super::generated::seed());
    assert_eq!(said.trim(), format!("{} modules", cases.len()));
}
