//! Messages of eight parts of 1 KiB, as the official suite of pubsub defines them: the metadata is a byte with a bit for every part that is
//! there; parts travel as such a byte, the parts in their order, and the group. The 64-bit numbers of a part count on from that of the
//! group.
use libp2p::PeerId;
use libp2p::gossipsub::partial_messages::{Metadata, Partial, PartialAction, PartialError};

const COUNT: u64 = 8;
const NUMBERS: u64 = 1024 / 8;

#[derive(Clone, Debug)]
pub struct Parts {
    pub group: u64,
    pub have: u8,
}

impl Parts {
    fn encode(&self, some: u8) -> Vec<u8> {
        let mut out = vec![some];
        for i in (0..COUNT).filter(|i| some >> i & 1 == 1) {
            let first = self.group + i * NUMBERS;
            (first..first + NUMBERS).for_each(|number| out.extend_from_slice(&number.to_be_bytes()));
        }
        out.extend_from_slice(&self.group.to_be_bytes());
        out
    }

    /// Takes parts; true if one was not there.
    pub fn add(&mut self, parts: &[u8]) -> bool {
        let Some(&some) = parts.first() else { return false };
        if parts != self.encode(some) {
            return false;
        }
        let before = self.have;
        self.have |= some;
        self.have != before
    }
}

impl Partial for Parts {
    fn group_id(&self) -> Vec<u8> {
        self.group.to_be_bytes().to_vec()
    }

    fn metadata(&self) -> Box<dyn Metadata> {
        Box::new(Bits([self.have]))
    }

    fn partial_action_from_metadata(&self, _: PeerId, metadata: Option<&[u8]>) -> Result<PartialAction, PartialError> {
        let theirs = match metadata {
            None => return Ok(PartialAction { need: false, send: None }),
            Some([bits]) => *bits,
            Some(_) => return Err(PartialError::InvalidFormat),
        };
        let lacks = self.have & !theirs;
        Ok(PartialAction {
            need: theirs & !self.have != 0,
            send: (lacks != 0).then(|| (self.encode(lacks), Box::new(Bits([theirs | lacks])) as Box<dyn Metadata>)),
        })
    }
}

#[derive(Debug)]
struct Bits([u8; 1]);

impl Metadata for Bits {
    fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn update(&mut self, data: &[u8]) -> Result<bool, PartialError> {
        let [bits] = data else { return Err(PartialError::InvalidFormat) };
        let before = self.0[0];
        self.0[0] |= bits;
        Ok(self.0[0] != before)
    }

    fn update_from_data(&mut self, data: &[u8]) -> Result<(), PartialError> {
        self.0[0] |= data.first().copied().unwrap_or_default();
        Ok(())
    }
}
