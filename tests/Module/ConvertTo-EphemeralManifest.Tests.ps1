BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
    $null = New-EphemeralContainer web busybox -Name one -Target app -Command sh, -c, "date`nexit 0`n"
    $null = New-EphemeralContainer web busybox -Name two
}

Describe 'ConvertTo-EphemeralManifest' {
    It 'writes the containers of a pod as a Pod in YAML' {
        $text = ConvertTo-EphemeralManifest web
        $text | Should -BeOfType ([string])
        $text | Should -BeLike "apiVersion: v1`nkind: Pod`nmetadata:`n  name: web`n  namespace: default`nspec:`n  ephemeralContainers:`n*- name: *"
        $text | Should -Match 'name: one'
        $text | Should -Match 'name: two'
        $text | Should -BeLike "*- |`n      date`n      exit 0`n*"
    }

    It 'writes the old kind, and JSON' {
        $document = ConvertTo-EphemeralManifest web one -Form EphemeralContainers -As Json | ConvertFrom-Json
        $document.kind | Should -Be 'EphemeralContainers'
        $document.metadata.name | Should -Be 'web'
        $document.ephemeralContainers.name | Should -Be 'one'
        $document.ephemeralContainers.targetContainerName | Should -Be 'app'
    }

    It 'makes one document of the records of one pod' {
        $text = Get-EphemeralContainer web one, two | ConvertTo-EphemeralManifest -As Json
        @($text) | Should -HaveCount 1
        ($text | ConvertFrom-Json).spec.ephemeralContainers.name | Sort-Object | Should -Be 'one', 'two'
    }

    It 'writes containers alone, and what it writes is imported again' {
        $null = New-EphemeralContainer api busybox -Name there
        $text = ConvertTo-EphemeralManifest web one, two -Form Container
        @($text) | Should -HaveCount 2
        $made = ($text -join '') -replace 'targetContainerName: app', '' | Import-EphemeralManifest -Pod api
        $made.Name | Sort-Object | Should -Be 'one', 'two'
        ConvertTo-EphemeralManifest api | Import-EphemeralManifest | Should -HaveCount 3
    }

    It 'is what kubectl reads' {
        if (-not (Get-Command kubectl -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'kubectl was not found on the path'
            return
        }

        $file = New-TestFile patch.yaml (ConvertTo-EphemeralManifest web)
        kubectl --kubeconfig $KubeConfig patch pod web --subresource ephemeralcontainers --patch-file $file | Should -Match 'no change'
        $LASTEXITCODE | Should -Be 0
    }

    It 'names a container and a pod that are not there' {
        (Get-Failure { ConvertTo-EphemeralManifest web none @args }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        (Get-Failure { ConvertTo-EphemeralManifest missing @args }).FullyQualifiedErrorId | Should -BeLike 'PodNotFound,*'
    }
}
