package test.orchard;

public record Basket(String picker, int apples) {
    public boolean full() {
        return apples >= 40;
    }
}
