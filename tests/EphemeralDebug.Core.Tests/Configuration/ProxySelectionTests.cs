using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

public sealed class ProxySelectionTests
{
    [Theory]
    [InlineData("", "https://h.example", true)]
    [InlineData("*", "https://h.example", false)]
    [InlineData("h.example", "https://h.example", false)]
    [InlineData("H.Example", "https://h.example", false)]
    [InlineData("example", "https://h.example", false)]
    [InlineData(".example", "https://h.example", false)]
    [InlineData("*.example", "https://h.example", false)]
    [InlineData(".h.example", "https://h.example", true)]
    [InlineData("ample", "https://h.example", true)]
    [InlineData("other, h.example", "https://h.example", false)]
    [InlineData("h.example:443", "https://h.example", false)]
    [InlineData("h.example:6443", "https://h.example", true)]
    [InlineData("10.0.0.0/8", "https://10.1.2.3", false)]
    [InlineData("10.0.0.0/8", "https://11.1.2.3", true)]
    [InlineData("10.1.2.3", "https://10.1.2.3:6443", false)]
    [InlineData("10.1.2.3:1", "https://10.1.2.3:6443", true)]
    [InlineData("fd00::1", "https://[fd00::1]", false)]
    [InlineData("[fd00::1]:6443", "https://[fd00::1]:6443", false)]
    [InlineData("fd00::/8", "https://[fd00::1]", false)]
    [InlineData("", "https://localhost", false)]
    [InlineData("", "https://127.0.0.2", false)]
    [InlineData("", "https://[::1]", false)]
    public void The_exceptions_are_those_of_Go(string noProxy, string destination, bool proxied)
    {
        ProxySelection proxies = From(("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", noProxy))!;

        Assert.Equal(proxied ? new Uri("http://p:1") : null, proxies.GetProxy(new Uri(destination)));
        Assert.Equal(!proxied, proxies.IsBypassed(new Uri(destination)));
    }

    [Fact]
    public void Each_scheme_has_its_own_variable_and_capitals_count_first()
    {
        ProxySelection proxies = From(("HTTP_PROXY", "a:1"), ("http_proxy", "b:1"), ("https_proxy", "socks5://c:1"))!;

        Assert.Equal(new Uri("http://a:1"), proxies.GetProxy(new Uri("http://h.example")));
        Assert.Equal(new Uri("socks5://c:1"), proxies.GetProxy(new Uri("https://h.example")));
        Assert.Equal(new Uri("socks5://c:1"), proxies.GetProxy(new Uri("wss://h.example")));
    }

    [Fact]
    public void Without_variables_there_is_no_proxy() => Assert.Null(From(("NO_PROXY", "x")));

    [Fact]
    public void A_variable_that_names_no_proxy_is_an_error_without_its_value()
    {
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => From(("HTTPS_PROXY", "ftp://u:pw@p")));

        Assert.Equal("HTTPS_PROXY", e.Setting);
        Assert.DoesNotContain("pw", e.Message, StringComparison.Ordinal);
    }

    private static ProxySelection? From(params (string Name, string Value)[] variables)
    {
        var environment = new TestEnvironment();
        foreach ((string name, string value) in variables)
        {
            environment.Variables[name] = value;
        }

        return ProxySelection.FromEnvironment(environment);
    }
}
