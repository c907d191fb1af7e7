package test.orchard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BasketTest {
    @Test
    void fortyApplesFillABasket() {
        assertTrue(new Basket("Ada", 40).full());
    }
}
