/// The mark of compression and the length of a message.
const HEADER: usize = 5;

/// Finds the messages in a gRPC stream, however it is cut into chunks.
#[derive(Debug, Default)]
pub(super) struct Frames {
    header: [u8; HEADER],
    /// How much of the header there is.
    begun: usize,
    /// How much of the message is still to come, once its header is there.
    left: usize,
    size: usize,
}

impl Frames {
    /// Tells the size of each message that a chunk completes.
    pub(super) fn read(&mut self, mut chunk: &[u8], mut complete: impl FnMut(usize)) {
        while !chunk.is_empty() {
            if self.begun < HEADER {
                let (of_header, rest) = chunk.split_at(chunk.len().min(HEADER - self.begun));
                if let Some(place) = self
                    .header
                    .get_mut(self.begun..self.begun + of_header.len())
                {
                    place.copy_from_slice(of_header);
                }
                self.begun += of_header.len();
                chunk = rest;
                if self.begun < HEADER {
                    return;
                }
                let [_, length @ ..] = self.header;
                self.size = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                self.left = self.size;
            }
            let here = chunk.len().min(self.left);
            self.left -= here;
            chunk = chunk.get(here..).unwrap_or_default();
            if self.left == 0 {
                self.begun = 0;
                complete(self.size);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frames;

    fn message(size: u8) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0, size];
        bytes.extend(std::iter::repeat_n(7, usize::from(size)));
        bytes
    }

    #[test]
    fn messages_are_found_however_they_are_cut() {
        let sizes = [3, 0, 200, 1];
        let stream = sizes.map(message).concat();
        for length in 1..=stream.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for chunk in stream.chunks(length) {
                frames.read(chunk, |size| found.push(size));
            }
            assert_eq!(found, sizes.map(usize::from), "chunks of {length}");
        }
    }

    #[test]
    fn a_message_counts_when_it_is_complete() {
        let (mut frames, mut found) = (Frames::default(), 0);
        let bytes = message(4);
        let (all_but_one, last) = bytes.split_at(bytes.len() - 1);
        frames.read(all_but_one, |_| found += 1);
        assert_eq!(found, 0);
        frames.read(last, |_| found += 1);
        assert_eq!(found, 1);
    }
}
