//! The line of a commit message that says which package revision it is about (porch §5.3).

use serde::{Deserialize, Serialize};

use super::Task;

/// What stands before the JSON.
const MARK: &str = "kpt:";

/// The annotation of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trailer {
    /// Full path of the package.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// Its workspace.
    #[serde(rename = "workspaceName", skip_serializing_if = "String::is_empty")]
    pub workspace: String,
    /// Its revision: "0" for drafts.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub revision: String,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

impl Trailer {
    /// The annotations of a message. Lines that are none that can be read are left out, as Porch does.
    pub fn of(message: &str) -> impl Iterator<Item = Self> + '_ {
        message.lines().filter_map(|line| serde_json::from_str(line.trim().strip_prefix(MARK)?).ok())
    }

    /// True where the commit is about this package revision. Before there were workspaces, Porch wrote the name that is
    /// a workspace today as the revision.
    #[must_use]
    pub fn is_about(&self, full_path: &str, workspace: &str) -> bool {
        let name = if self.workspace.is_empty() { &self.revision } else { &self.workspace };
        self.package == full_path && name == workspace
    }

    fn line(&self) -> String {
        let json = serde_json::to_string(self).expect("invariant: texts and lists are always written");
        // Outside of texts these cannot occur, and inside Go writes them so.
        let mut line = String::with_capacity(json.len() + MARK.len());
        line.push_str(MARK);
        for c in json.chars() {
            match c {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => line.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => line.push(c),
            }
        }
        line
    }
}

/// Message of a commit on a draft. Porch leaves two lines empty.
pub(crate) fn draft_message(full_path: &str, workspace: &str, task: Task) -> String {
    let headline = task.headline();
    let trailer = Trailer {
        package: full_path.to_owned(),
        workspace: workspace.to_owned(),
        revision: "0".to_owned(),
        task: Some(task),
    };
    format!("{headline}\n\n\n{}\n", trailer.line())
}

/// Message of the commit that publishes a revision.
pub(crate) fn approval_message(full_path: &str, workspace: &str, revision: i64) -> String {
    let trailer = Trailer {
        package: full_path.to_owned(),
        workspace: workspace.to_owned(),
        revision: revision.to_string(),
        task: None,
    };
    format!("Approving package revision {full_path}/{revision}\n\n{}\n", trailer.line())
}

/// Message of the commit that takes a package off the main branch.
pub(crate) fn deletion_message(full_path: &str) -> String {
    format!("Delete {full_path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{GitPackage, InitTask};

    #[test]
    fn messages_of_porch() {
        let init =
            InitTask { description: "a < b & c".to_owned(), keywords: vec!["x".to_owned()], ..InitTask::default() };
        assert_eq!(
            draft_message("a/upf", "w", Task::init(init)),
            "Creating new empty revision\n\n\nkpt:{\"package\":\"a/upf\",\"workspaceName\":\"w\",\"revision\":\"0\",\
             \"task\":{\"type\":\"init\",\"init\":{\"description\":\"a \\u003c b \\u0026 c\",\"keywords\":[\"x\"]}}}\n"
        );
        assert_eq!(
            approval_message("a/upf", "w", 3),
            "Approving package revision a/upf/3\n\nkpt:{\"package\":\"a/upf\",\"workspaceName\":\"w\",\"revision\":\"3\"}\n"
        );
        let git = GitPackage { repo: "r".to_owned(), reference: "v1".to_owned(), ..GitPackage::default() };
        assert_eq!(
            serde_json::to_string(&Task::clone_of(git)).unwrap(),
            "{\"type\":\"clone\",\"clone\":{\"upstreamRef\":{\"type\":\"git\",\"git\":{\"repo\":\"r\",\"ref\":\"v1\",\
             \"directory\":\"\",\"secretRef\":{\"name\":\"\"}}}}}"
        );
    }

    #[test]
    fn what_was_written_is_read_and_the_rest_is_left_out() {
        let message = draft_message("p", "w", Task::edit("r.p.v1".to_owned()));
        let found: Vec<Trailer> = Trailer::of(&message).collect();
        assert_eq!(found[0].task, Some(Task::edit("r.p.v1".to_owned())));
        let mixed = "x\n\nkpt:{broken\n  kpt:{\"package\":\"q\",\"task\":{\"type\":\"eval\",\"eval\":{}},\"new\":1}\n";
        let found: Vec<Trailer> = Trailer::of(mixed).collect();
        assert_eq!((found.len(), found[0].package.as_str()), (1, "q"));
        let old = "Intermediate commit: init\nkpt:{\"package\":\"q\",\"revision\":\"v1\",\"task\":{\"type\":\"init\",\"init\":{}}}\n";
        let found: Vec<Trailer> = Trailer::of(old).collect();
        assert!(found[0].is_about("q", "v1") && !found[0].is_about("q", "v2") && !found[0].is_about("p", "v1"));
    }
}
