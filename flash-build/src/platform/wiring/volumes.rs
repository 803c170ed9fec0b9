//! Network volumes, from the rows.

use crate::platform::behind::{NewVolume, ServiceError, Volume, Volumes};
use crate::platform::caller::{Caller, Later};
use crate::platform::store::{NetworkVolume, Store};

impl Volumes for Store {
    fn list<'a>(&'a self, caller: &'a Caller) -> Later<'a, Result<Vec<Volume>, ServiceError>> {
        Box::pin(async move {
            let volumes = self.network_volumes(&caller.user).await.map_err(super::failed)?;
            Ok(volumes.into_iter().map(Volume::from).collect())
        })
    }

    fn create<'a>(
        &'a self,
        caller: &'a Caller,
        volume: NewVolume,
    ) -> Later<'a, Result<Volume, ServiceError>> {
        Box::pin(async move {
            let NewVolume { name, size, data_center_id } = volume;
            let made = self.create_network_volume(&caller.user, &name, size.into(), &data_center_id).await;
            made.map(Volume::from).map_err(super::failed)
        })
    }
}

impl From<NetworkVolume> for Volume {
    fn from(volume: NetworkVolume) -> Self {
        Self {
            id: volume.id,
            name: volume.name,
            size: u32::try_from(volume.size_gb).unwrap_or_default(),
            data_center_id: volume.data_center,
        }
    }
}
