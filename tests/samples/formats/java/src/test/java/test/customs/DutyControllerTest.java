package test.customs;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DutyControllerTest {
    @GetMapping("/only-in-a-test")
    String fake() {
        return "fake";
    }
}
