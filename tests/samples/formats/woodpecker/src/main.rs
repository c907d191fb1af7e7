fn kilos(grams: u32) -> u32 {
    grams / 1000
}

fn main() {
    println!("{}", kilos(2500));
}
