//! The image builds of the workspace: the first use of an environment builds its image, and its runs wait for that build.

use super::recorder::Recorder;
use super::run::RunId;
use super::settings::Environment;
use super::shared::{Owner, Shared};
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{EventQueue, Timer};
use crate::units::SimTime;
use crate::workload::Draw;

const IMAGE_BUILD: Purpose = Purpose("image build");

/// How far an image is.
#[derive(Debug)]
enum Image {
    Missing(Draw),
    Building(Vec<RunId>),
    Ready,
}

/// The images, by position of their environment.
#[derive(Debug)]
pub(super) struct ImageBuilds {
    images: Vec<(Image, Timer)>,
}

impl ImageBuilds {
    pub(super) fn new<R: Recorder>(
        environments: &[Environment],
        streams: Streams,
        shared: &mut Shared<R>,
        queue: &mut EventQueue,
    ) -> Self {
        let images = environments.iter().zip(0..).map(|(environment, position)| {
            let timer = queue.add_timer();
            shared.own(timer, Owner::Image(position));
            (
                Image::Missing(Draw::new(
                    &environment.image_build,
                    streams,
                    IMAGE_BUILD,
                    &environment.name,
                )),
                timer,
            )
        });
        Self {
            images: images.collect(),
        }
    }

    /// Whether the run must wait for its image; the first to ask starts the build.
    pub(super) fn waits(
        &mut self,
        now: SimTime,
        run: RunId,
        position: u32,
        queue: &mut EventQueue,
    ) -> bool {
        let (image, timer) = &mut self.images[position as usize];
        match image {
            Image::Ready => false,
            Image::Building(waiting) => {
                waiting.push(run);
                true
            }
            Image::Missing(build) => {
                let build = build.draw();
                if build.is_zero() {
                    *image = Image::Ready;
                    return false;
                }
                queue.set(*timer, now + build);
                *image = Image::Building(vec![run]);
                true
            }
        }
    }

    /// The image is ready: the runs that waited, in order of submission.
    pub(super) fn ready(&mut self, position: u32) -> Vec<RunId> {
        match std::mem::replace(&mut self.images[position as usize].0, Image::Ready) {
            Image::Building(waiting) => waiting,
            Image::Missing(_) | Image::Ready => {
                unreachable!("only a build sets the timer of an image")
            }
        }
    }
}
