using System.Net;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Tests.Faults;

namespace EphemeralDebug.Sandbox.Tests.Api;

/// <summary>Options of lists, watches and deletions beyond the recorded ones, as the API server's source has them.</summary>
public sealed class QueryTests : IAsyncLifetime, IDisposable
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private FaultyServer _host = null!;

    public async Task InitializeAsync() =>
        _host = await FaultyServer.StartAsync(new SandboxOptions { Node = null, Pods = DemoPod.Demonstration });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData("labelSelector=app", "api,web")]
    [InlineData("labelSelector=app=web", "web")]
    [InlineData("labelSelector=app==web", "web")]
    [InlineData("labelSelector=app!=web", "api")]
    [InlineData("labelSelector=app in (web, other)", "web")]
    [InlineData("labelSelector=app notin (web)", "api")]
    [InlineData("labelSelector=app in (,web)", "web")]
    [InlineData("labelSelector=!app", "")]
    [InlineData("labelSelector=app,app=api", "api")]
    [InlineData("labelSelector=in in (in)", "")]
    [InlineData("labelSelector=app>1", "")]
    [InlineData("fieldSelector=metadata.name==web", "web")]
    [InlineData("fieldSelector=metadata.name!=web,metadata.namespace=default", "api")]
    [InlineData("fieldSelector=spec.serviceAccountName=a\\,b", "")]
    [InlineData("limit=-1", "api,web")]
    [InlineData("unknown=x", "api,web")]
    [InlineData("watch=FALSE", "api,web")]
    public async Task A_list_has_what_is_selected(string query, string names)
    {
        (HttpStatusCode code, JsonNode list) = await SendAsync(HttpMethod.Get, $"{Pods}?{query}");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(names, string.Join(',', list.Items("items").Select(item => item.Object("metadata").Text("name"))));
    }

    [Theory]
    [InlineData("labelSelector=app in", 400, "unable to parse requirement: found '' expected: '('")]
    [InlineData("labelSelector=app in web", 400, "unable to parse requirement: found 'web' expected: '('")]
    [InlineData("labelSelector=app web", 400, "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("labelSelector==web", 400, "found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("labelSelector=app,", 400, "found '', expected: identifier after ','")]
    [InlineData("labelSelector=app>many", 400, "unable to parse requirement: values[0]: Invalid value: \"many\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [InlineData("labelSelector=app=-", 400, "unable to parse requirement: values[0][app]: Invalid value: \"-\": a valid label must be")]
    [InlineData("labelSelector=a/b/c", 400, "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": ")]
    [InlineData("fieldSelector=name", 400, "invalid selector: 'name'; can't understand 'name'")]
    [InlineData("fieldSelector=metadata.name=a=b", 400, "invalid field selector: unescaped character in value: 61")]
    [InlineData("fieldSelector=metadata.name=a\\b", 400, "invalid field selector: invalid escape sequence: \\b")]
    [InlineData("limit=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("timeoutSeconds=1.5", 400, "strconv.ParseInt: parsing \"1.5\": invalid syntax")]
    [InlineData("resourceVersion=999999999", 504, "Timeout: Too large resource version: 999999999, current: ")]
    [InlineData("resourceVersionMatch=Exact", 422, "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersion=1&resourceVersionMatch=Newest", 422, "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"Newest\": supported values: \"Exact\", \"NotOlderThan\", \"\"")]
    [InlineData("watch=true&sendInitialEvents=true&resourceVersionMatch=Exact", 422, "ListOptions.meta.k8s.io \"\" is invalid: [resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: \"Exact\": supported values: \"NotOlderThan\"]")]
    public async Task An_option_that_makes_no_sense_is_refused(string query, int code, string message)
    {
        (HttpStatusCode answered, JsonNode status) = await SendAsync(HttpMethod.Get, $"{Pods}?{query}");
        Assert.Equal(code, (int)answered);
        Assert.StartsWith(message, status.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("propagationPolicy=Sideways", "propagationPolicy: Unsupported value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"")]
    [InlineData("propagationPolicy=Orphan&orphanDependents=true", "propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set")]
    [InlineData("dryRun=Some", "dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"")]
    public async Task A_deletion_with_options_that_make_no_sense_is_refused(string query, string message)
    {
        (HttpStatusCode code, JsonNode status) = await SendAsync(HttpMethod.Delete, $"{Pods}/web?{query}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal($"DeleteOptions.meta.k8s.io \"\" is invalid: {message}", status.Text("message"));
    }

    [Fact]
    public async Task A_table_refuses_to_include_what_there_is_not()
    {
        (HttpStatusCode code, JsonNode status) = await SendAsync(HttpMethod.Get, $"{Pods}?includeObject=Half", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.StartsWith("Unable to convert to Table as requested: includeObject: Invalid value: \"Half\"", status.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_older_version_of_metadata_is_named_as_such()
    {
        (_, JsonNode list) = await SendAsync(HttpMethod.Get, Pods, "application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io");
        Assert.Equal("meta.k8s.io/v1beta1", list.Text("apiVersion"));
        Assert.All(list.Items("items"), item => Assert.Equal("meta.k8s.io/v1beta1", item.Text("apiVersion")));
    }

    private async Task<(HttpStatusCode Code, JsonNode Answer)> SendAsync(HttpMethod method, string path, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage response = await _host.Client(HttpVersion.Version11).SendAsync(request, _limit.Token);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(_limit.Token))!);
    }
}
