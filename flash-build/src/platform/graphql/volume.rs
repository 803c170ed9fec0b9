//! Network volumes. They are made over REST.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::access;
use crate::platform::ids::EnvironmentId;
use crate::platform::store;

/// A network volume.
#[derive(SimpleObject)]
pub(super) struct NetworkVolume {
    id: String,
    name: String,
    size: i64,
    data_center_id: String,
    flash_environment_id: Option<String>,
}

impl From<store::NetworkVolume> for NetworkVolume {
    fn from(volume: store::NetworkVolume) -> Self {
        Self {
            id: volume.id,
            name: volume.name,
            size: volume.size_gb,
            data_center_id: volume.data_center,
            flash_environment_id: volume.environment.map(|id| id.to_string()),
        }
    }
}

/// Which volume, where.
#[derive(InputObject)]
pub(super) struct AddNetworkVolumeToEnvironmentInput {
    flash_environment_id: String,
    network_volume_id: String,
}

/// Mutations of volumes.
#[derive(Default)]
pub(super) struct VolumeMutation;

#[Object]
impl VolumeMutation {
    /// Adds a volume to an environment.
    async fn add_network_volume_to_flash_environment(
        &self,
        context: &Context<'_>,
        input: AddNetworkVolumeToEnvironmentInput,
    ) -> Result<NetworkVolume> {
        let caller = access::account(context)?;
        let environment = EnvironmentId::from(input.flash_environment_id);
        let store = &access::control(context)?.store;
        Ok(store.add_network_volume(&caller.user, &input.network_volume_id, &environment).await?.into())
    }
}
