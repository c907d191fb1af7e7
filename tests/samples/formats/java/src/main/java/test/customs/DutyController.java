package test.customs;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/duties")
public class DutyController {
    private static final Logger LOG = LoggerFactory.getLogger(DutyController.class);

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @Value("${TARIFF_URL:http://tariff:8080}")
    private String tariff;

    @GetMapping
    public String all() {
        LOG.info("all duties");
        return System.getenv("CURRENCY");
    }

    @PostMapping("/{good}")
    public String pay(@PathVariable String good) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(tariff + "/" + good)).timeout(Duration.ofSeconds(3)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    // @GetMapping("/smuggled")
    // public String smuggled() { return "nothing"; }
}
