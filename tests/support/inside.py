"""URLs no delivery may be sent to, beyond what the tests make from addresses."""

MORE = (
    *("https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://ip6-localhost/", "https://kafka/"),
    *(
        "http://example.com/",
        "HTTP://example.com/",
        "ftp://example.com/",
        "gopher://127.0.0.1:70/",
        "file:///etc/hosts",
    ),
    *(
        "//127.0.0.1/",
        "https:127.0.0.1",
        "https:/127.0.0.1/",
        "https:///127.0.0.1/",
        "https:\\\\127.0.0.1/",
        "https://",
    ),
    *(
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1@example.com/",
        "https://a:b@127.0.0.1/",
        "https://@127.0.0.1/",
    ),
    *("https://example.com\\@127.0.0.1/", "https://127.0.0.1\\@example.com/", "https://127.0.0.1%23@example.com/"),
    *("https://127.0.0.1#@example.com/", "https://127.0.0.1?@example.com/", "https://127.0.0.1;example.com/"),
    *(
        "https://127.0.0.1 /",
        "https://127.0.0.1\t/",
        "https://127.0.0.1\n/",
        "https://127.0.0.1\r\n/",
        "https://127.0.0.1\0/",
    ),
    *(" https://127.0.0.1/", "https://127.0.0.1%00.example.com/", "https://127.0.0.1%0a/", "https://127.0.0.1%2f/"),
    *("https://127.0.0.1:22/", "https://example.com:22/", "https://example.com:6379/", "https://example.com:0/"),
    *(
        "https://example.com:443:80/",
        "https://example.com:+443/",
        "https://example.com:٤٤٣/",
        "https://example.com:65979/",
    ),
    *("https://[::1/", "https://::1/", "https://[::1]x/", "https://[[::1]]/", "https://[]/", "https://[127.0.0.1]/"),
    *("https://127.0.0.0.1/", "https://256.256.256.256/", "https://1.2.3.4.5/", "https://0x/", "https://127.0.0.0x1/"),
    *("https://exa\u00admple.com/", "https://127\u200b.0.0.1/", "https://\u202e1.0.0.721/", "https://ⅼocalhost/"),
    *("https://-a.example/", "https://a_b.example/", "https://a..example/", "https://.example/", "https://xn--a/"),
)
