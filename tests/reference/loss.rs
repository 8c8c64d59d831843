//! How a cluster loses nodes (section 5).

use super::OnLoss;
use super::cluster::{ClusterState, NodeState};
use super::job::Job;
use super::timeline::Timeline;

impl ClusterState<'_> {
    /// Whether nodes may be lost at `now`.
    pub fn has_loss_at(&self, now: u64) -> bool {
        let mass = self.settings.mass_losses.iter().any(|mass| mass.at == now);
        mass || self.nodes.iter().any(|node| node.lost_at == now)
    }

    /// P1, P3, P9: the nodes that are lost at `now`, in order of id.
    pub fn lose_nodes(&mut self, now: u64, jobs: &mut [Job]) {
        let mut lost = self.mass_lost(now);
        for node in &self.nodes {
            if node.lost_at == now {
                lost.push(node.id);
            }
        }
        lost.sort_unstable();
        lost.dedup();
        self.touched |= !lost.is_empty();
        for id in lost {
            let at = self.nodes.iter().position(|node| node.id == id);
            let mut node = self.nodes.remove(at.expect("a node is lost once"));
            if let NodeState::Occupied(run) = node.state {
                self.lose_attempt(run, now, jobs, &mut node.timeline);
            }
            node.state = NodeState::Lost(now);
            self.left.push(node);
        }
    }

    /// P9: the ids of the nodes that mass losses take at `now`.
    fn mass_lost(&mut self, now: u64) -> Vec<u64> {
        let mut lost = Vec::new();
        // Reading: a mass loss comes once, also where the instant is drained several times.
        if self.mass_losses_done == Some(now) {
            return lost;
        }
        self.mass_losses_done = Some(now);
        for mass in &self.settings.mass_losses {
            if mass.at != now {
                continue;
            }
            // Reading: a node whose life ends at this tick, and one that another mass loss of this
            // tick takes, is still ready and takes a draw too.
            for node in &self.nodes {
                if node.state == NodeState::Preparing {
                    continue;
                }
                let draw = self.settings.mass_draws.get(self.mass_draws_used);
                self.mass_draws_used += 1;
                if *draw.expect("there is a draw for each ready node") < mass.share {
                    lost.push(node.id);
                }
            }
        }
        lost
    }

    /// P3: a node of the run is lost, which has been taken out; its timeline is given.
    fn lose_attempt(&mut self, run: usize, now: u64, jobs: &mut [Job], timeline: &mut Timeline) {
        let (from, to) = jobs[run].lose(now);
        self.active.retain(|&other| other != run);
        timeline.lose(from, to, 1);
        self.timeline
            .lose(from, to, u64::from(jobs[run].spec.nodes));
        for node in &mut self.nodes {
            if node.state == NodeState::Occupied(run) {
                node.timeline.lose(from, to, 1);
                node.state = NodeState::Idle(now);
            }
        }
        if jobs[run].spec.on_loss != OnLoss::Fail {
            self.queue.push(run);
        }
    }
}
