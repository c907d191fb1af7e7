package ledge

// Width is how wide the ledge is, in centimetres.
const Width = 40
