package io.countersign.web;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application with everything in it; {@link Countersign} starts it. */
@SpringBootApplication(scanBasePackages = "io.countersign")
class WebApplication {}
