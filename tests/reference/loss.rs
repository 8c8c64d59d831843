//! How a cluster loses nodes (section 5).

use super::OnLoss;
use super::cluster::ClusterState;
use super::fleet::NodeState;
use super::job::Job;

impl ClusterState<'_> {
    /// Whether nodes may be lost at `now`.
    pub fn has_loss_at(&self, now: u64) -> bool {
        let mass = self.settings.mass_losses.iter().any(|mass| mass.at == now);
        !self.is_given_up() && (mass || !self.fleet.at_their_end(now).is_empty())
    }

    /// P1, P3, P9: the nodes that are lost at `now`, in order of id.
    pub fn lose_nodes(&mut self, now: u64, jobs: &mut [Job]) {
        // Reading: a time of the log is something that happens, also where no node is lost.
        self.touched |= self.settings.mass_losses.iter().any(|mass| mass.at == now);
        let mut lost = self.mass_lost(now);
        lost.extend(self.fleet.at_their_end(now));
        lost.sort_unstable();
        lost.dedup();
        self.touched |= !lost.is_empty();
        for id in lost {
            if let Some(run) = self.fleet.lose(id, now, jobs)
                && jobs[run].spec.on_loss != OnLoss::Fail
            {
                self.queue.push(run);
            }
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
            for node in &self.fleet.nodes {
                if node.state == NodeState::Preparing || !Self::can_be_lost(self.settings, node) {
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
}
