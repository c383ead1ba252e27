# Milliseconds of a bare HttpClient GET of the same pod with the same TLS settings, in a fresh PowerShell.
param([string] $KubeConfig)
$configuration = Get-Content -Raw $KubeConfig | ConvertFrom-Json
$cluster = $configuration.clusters[0].cluster
$user = $configuration.users[0].user
$decode = { param($data) [Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($data)) }
$authority = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((& $decode $cluster.'certificate-authority-data'))
$certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem(
    (& $decode $user.'client-certificate-data'), (& $decode $user.'client-key-data'))
$watch = [Diagnostics.Stopwatch]::StartNew()
$handler = [Net.Http.SocketsHttpHandler]::new()
$policy = [Security.Cryptography.X509Certificates.X509ChainPolicy]::new()
$policy.TrustMode = 'CustomRootTrust'
$policy.RevocationMode = 'NoCheck'
$null = $policy.CustomTrustStore.Add($authority)
$handler.SslOptions.CertificateChainPolicy = $policy
$handler.SslOptions.ClientCertificates = [Security.Cryptography.X509Certificates.X509CertificateCollection]::new(@($certificate))
$client = [Net.Http.HttpClient]::new($handler)
$null = $client.GetStringAsync("$($cluster.server.TrimEnd('/'))/api/v1/namespaces/default/pods/web").GetAwaiter().GetResult()
$watch.Elapsed.TotalMilliseconds
