//! The crates en16931 and en16931-formats as tests/bench/tax.py asks every engine:
//!
//!     peer speed FOLDER SECONDS      one line: documents, seconds of the processor, documents refused
//!     peer findings FOLDER           a line a document: its name, a tab, the rules that fire, or "refused"

use std::hint::black_box;
use std::{env, fs};

fn documents(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .expect("the folder of documents")
        .map(|entry| entry.expect("a file").path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).expect("a document")))
        .collect();
    found.sort();
    found
}

/// None: the reader refused it.
fn judge(text: &[u8]) -> Option<en16931::ValidationReport> {
    let read = en16931_formats::read(text).ok()?;
    Some(en16931::validate(&read.invoice))
}

/// Seconds of the processor that this program has had: ticks of 10 ms (proc(5)).
fn spent() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("procfs");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().expect("ticks");
    (ticks(11) + ticks(12)) / 100.0
}

fn speed(documents: &[(String, Vec<u8>)], seconds: f64) {
    let (mut judged, mut refused) = (0u64, 0u64);
    let begun = spent();
    while spent() - begun < seconds {
        for (_, text) in documents {
            match black_box(judge(text)) {
                Some(_) => judged += 1,
                None => refused += 1,
            }
        }
    }
    println!("{} {:.6} {}", judged + refused, spent() - begun, refused);
}

fn findings(documents: &[(String, Vec<u8>)]) {
    for (name, text) in documents {
        match judge(text) {
            Some(report) => {
                let rules: Vec<_> = report.findings().iter().map(|finding| finding.rule.clone()).collect();
                println!("{name}\t{}", rules.join(" "));
            }
            None => println!("{name}\trefused"),
        }
    }
}

fn main() {
    let words: Vec<String> = env::args().collect();
    let documents = documents(&words[2]);
    match words[1].as_str() {
        "speed" => speed(&documents, words[3].parse().expect("seconds")),
        _ => findings(&documents),
    }
}
