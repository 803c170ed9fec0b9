//! What a platform offers. Names and values are those of Runpod's API, as documented for its serverless
//! endpoints in 2026.

macro_rules! names {
    ($(#[$docs:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident = $value:literal),* $(,)? }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $variant,)*
        }

        impl $type {
            /// The platform's name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }
    };
}

names! {
    /// A pool of GPUs.
    Gpu {
        /// Any GPU.
        Any = "any",
        /// 16 GB: A4000 and relatives.
        Ampere16 = "AMPERE_16",
        /// 24 GB: A5000, L4, 3090.
        Ampere24 = "AMPERE_24",
        /// 48 GB: A40, A6000.
        Ampere48 = "AMPERE_48",
        /// 80 GB: A100.
        Ampere80 = "AMPERE_80",
        /// 24 GB: 4090.
        Ada24 = "ADA_24",
        /// 32 GB: 5090.
        Ada32Pro = "ADA_32_PRO",
        /// 48 GB: L40 and relatives.
        Ada48Pro = "ADA_48_PRO",
        /// 80 GB: H100.
        Ada80Pro = "ADA_80_PRO",
        /// 141 GB: H200.
        Hopper141 = "HOPPER_141",
        /// 96 GB.
        Blackwell96 = "BLACKWELL_96",
        /// 180 GB: B200.
        Blackwell180 = "BLACKWELL_180",
    }
}

names! {
    /// A CPU instance: flavour, virtual CPUs, memory in GB.
    CpuInstance {
        /// 1 CPU, 4 GB.
        Cpu3g1x4 = "cpu3g-1-4",
        /// 2 CPUs, 8 GB.
        Cpu3g2x8 = "cpu3g-2-8",
        /// 4 CPUs, 16 GB.
        Cpu3g4x16 = "cpu3g-4-16",
        /// 8 CPUs, 32 GB.
        Cpu3g8x32 = "cpu3g-8-32",
        /// 1 CPU, 2 GB.
        Cpu3c1x2 = "cpu3c-1-2",
        /// 2 CPUs, 4 GB.
        Cpu3c2x4 = "cpu3c-2-4",
        /// 4 CPUs, 8 GB.
        Cpu3c4x8 = "cpu3c-4-8",
        /// 8 CPUs, 16 GB.
        Cpu3c8x16 = "cpu3c-8-16",
        /// 1 CPU, 2 GB, faster.
        Cpu5c1x2 = "cpu5c-1-2",
        /// 2 CPUs, 4 GB, faster.
        Cpu5c2x4 = "cpu5c-2-4",
        /// 4 CPUs, 8 GB, faster.
        Cpu5c4x8 = "cpu5c-4-8",
        /// 8 CPUs, 16 GB, faster.
        Cpu5c8x16 = "cpu5c-8-16",
    }
}

names! {
    /// A data centre.
    DataCenter {
        /// California.
        UsCa2 = "US-CA-2",
        /// Illinois.
        UsIl1 = "US-IL-1",
        /// Kansas.
        UsKs2 = "US-KS-2",
        /// Missouri.
        UsMo1 = "US-MO-1",
        /// Missouri.
        UsMo2 = "US-MO-2",
        /// North Carolina.
        UsNc2 = "US-NC-2",
        /// Nebraska.
        UsNe1 = "US-NE-1",
        /// Washington.
        UsWa1 = "US-WA-1",
        /// Czechia.
        EuCz1 = "EU-CZ-1",
        /// Romania.
        EuRo1 = "EU-RO-1",
        /// Norway.
        EurNo1 = "EUR-NO-1",
    }
}

names! {
    /// The oldest CUDA version that a GPU's driver must support.
    CudaVersion {
        /// 11.8
        V11_8 = "11.8",
        /// 12.0
        V12_0 = "12.0",
        /// 12.1
        V12_1 = "12.1",
        /// 12.2
        V12_2 = "12.2",
        /// 12.3
        V12_3 = "12.3",
        /// 12.4
        V12_4 = "12.4",
        /// 12.5
        V12_5 = "12.5",
        /// 12.6
        V12_6 = "12.6",
        /// 12.7
        V12_7 = "12.7",
        /// 12.8
        V12_8 = "12.8",
        /// 12.9
        V12_9 = "12.9",
        /// 13.0
        V13_0 = "13.0",
    }
}
