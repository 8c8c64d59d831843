//! The clouds whose machines and prices the program carries.

/// A cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    /// Microsoft Azure.
    #[default]
    Azure,
    /// Amazon Web Services.
    Aws,
    /// Google Cloud.
    Google,
}

impl Cloud {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Azure, Self::Aws, Self::Google];

    /// As keys, flags and files write it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Azure => "azure",
            Self::Aws => "aws",
            Self::Google => "gcp",
        }
    }

    /// The cloud that a word means, which need not be its key: `google`, `AWS`.
    pub fn meant(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "azure" | "microsoft" | "microsoft azure" | "ms azure" => Some(Self::Azure),
            "aws" | "amazon" | "amazon web services" | "ec2" => Some(Self::Aws),
            "gcp" | "google" | "google cloud" | "google cloud platform" | "gce" => {
                Some(Self::Google)
            }
            _ => None,
        }
    }

    /// Name of the provider, as FOCUS has it.
    pub fn provider(self) -> &'static str {
        match self {
            Self::Azure => "Microsoft",
            Self::Aws => "AWS",
            Self::Google => "Google Cloud",
        }
    }

    /// Name in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Azure => "Azure",
            Self::Aws => "AWS",
            Self::Google => "Google Cloud",
        }
    }

    /// What chooses it on the command line of `simulate catalog`; empty for the one that is chosen anyway.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Azure => "",
            Self::Aws => " --cloud aws",
            Self::Google => " --cloud gcp",
        }
    }

    /// A size and a region of it, as examples in messages.
    pub fn examples(self) -> (&'static str, &'static str) {
        match self {
            Self::Azure => ("Standard_NC24ads_A100_v4", "eastus"),
            Self::Aws => ("p4d.24xlarge", "us-east-1"),
            Self::Google => ("a2-highgpu-1g", "us-central1"),
        }
    }
}
