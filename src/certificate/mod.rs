//! Certificate blocks: keys, certificates, requests and lists of revoked ones, from what a page says of them.
//!
//! Nothing here writes a file, prints, or asks the system for anything but random bytes: [`read`] tells what a block
//! says and what is wrong in it, [`make`] returns the bytes of its files and the receipt.

mod described;
mod make;
mod model;
mod read;

pub use crate::table::{At, Refusal};
pub use described::{Described, described};
pub use make::{Inputs, Issued, Made, NewFile, make};
pub use model::{
    Algorithm, Attribute, Bad, Block, Ca, Crl, Expect, Fault, File, Item, Kind, Leaf, Name, Output, Password,
    Request, Subject, Use,
};
pub use read::{read, read_file, read_plain};
