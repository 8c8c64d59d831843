//! Services: deployed models, the requests that arrive at them, and the rules by which replicas come and go. No files,
//! threads or money. The rules are those of docs/targets.md sections 5 and 6.

pub mod settings;
