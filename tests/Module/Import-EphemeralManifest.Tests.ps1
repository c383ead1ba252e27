BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig

    # The document that Kubernetes' own pages showed for years, for a pod of ours.
    $sample = Get-Content (Join-Path $PSScriptRoot '../Conformance/ec.json') -Raw
    function New-Name { "t$([guid]::NewGuid().ToString('N').Substring(0, 8))" }
    function New-Document([string] $Name, [string] $Pod = 'web') {
        @{ kind = 'EphemeralContainers'; apiVersion = 'v1'; metadata = @{ name = $Pod }; ephemeralContainers = @(@{ name = $Name; image = 'busybox' }) }
    }
    # A document of the whole list keeps what is there.
    function Add-Existing($Document, [string] $Pod = 'web') {
        $there = ConvertTo-EphemeralManifest $Pod -Form EphemeralContainers -As Json | ConvertFrom-Json -AsHashtable
        $Document.ephemeralContainers = @($there.ephemeralContainers) + @($Document.ephemeralContainers)
        $Document
    }
}

Describe 'Import-EphemeralManifest' {
    It 'adds the container of the document that runbooks have, and nothing the second time' {
        $file = New-TestFile ec.json ($sample -replace 'example-pod', 'api')
        $container = Import-EphemeralManifest $file -Wait
        $container | Should -BeOfType ([EphemeralDebug.EphemeralContainer])
        $container.Pod, $container.Name, $container.State | Should -Be 'api', 'debugger', 'Running'
        $again, $said = (Import-EphemeralManifest -Path $file -Verbose 4>&1).Where({ $_ -is [EphemeralDebug.EphemeralContainer] }, 'Split')
        $again.Name | Should -Be 'debugger'
        "$said" | Should -Match 'nothing to do'
        @(Get-EphemeralContainer api debugger) | Should -HaveCount 1
    }

    It 'takes <Case>' -ForEach @(
        @{ Case = 'a container as YAML'; Text = "name: NAME`nimage: busybox`n" }
        @{ Case = 'a list of containers'; Text = "- name: NAME`n  image: busybox`n" }
        @{ Case = 'the body of a patch'; Text = '{"spec":{"ephemeralContainers":[{"name":"NAME","image":"busybox"}]}}' }
        @{ Case = 'JSON on several lines'; Text = "{`n  `"name`": `"NAME`",`n  `"image`": `"busybox`"`n}" }
    ) {
        $name = New-Name
        (Import-EphemeralManifest -InputObject ($Text -creplace 'NAME', $name) -Pod web).Name | Should -Be $name
        # Line by line, as Get-Content and native commands write it.
        $name = New-Name
        (($Text -creplace 'NAME', $name) -split "`n" | Import-EphemeralManifest -Pod web).Name | Should -Be $name
    }

    It 'takes objects, hashtables and files from the pipeline' {
        $names = 1..3 | ForEach-Object { New-Name }
        $made = @(
            @{ name = $names[0]; image = 'busybox'; command = @('sleep', '1000000') }
            "{`"name`":`"$($names[1])`",`"image`":`"busybox`",`"tty`":false}" | ConvertFrom-Json
            Get-Item (New-TestFile c.yaml "name: $($names[2])`nimage: busybox`n")
        ) | Import-EphemeralManifest -Pod web
        $made.Name | Sort-Object | Should -Be ($names | Sort-Object)
    }

    It 'takes several documents from one file, for several pods' {
        $name = New-Name
        $file = New-TestFile several.yaml @"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  ephemeralContainers: []
---
name: $name
image: busybox
"@
        # The first one lacks what the pod has, and does not stop the second.
        $failures = $null
        $made = Import-EphemeralManifest $file -Pod web -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Name | Should -Be $name
        $failures | ForEach-Object FullyQualifiedErrorId | Should -BeLike 'ManifestRefused,*'
        ('web', 'api' | ForEach-Object { (New-Document (New-Name) $_) | ForEach-Object { $_.Remove('kind'); $_.Remove('metadata'); $_ } } |
            Import-EphemeralManifest -Pod web, api).Count | Should -Be 4
    }

    It 'keeps what the pod has when the whole list is given' {
        $name = New-Name
        $made = Add-Existing (New-Document $name) | Import-EphemeralManifest
        $made.Name | Should -Contain $name
        $made.Name | Should -Be (Get-EphemeralContainer web).Name
    }

    It 'refuses a list that lacks a container, with the reason of the server' {
        $null = New-EphemeralContainer web busybox -Name stays -ErrorAction SilentlyContinue
        $before = @(Get-EphemeralContainer web).Count
        $failure = Get-Failure { New-Document (New-Name) | Import-EphemeralManifest @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ManifestRefused,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.Exception.Message | Should -BeLike '*Forbidden: existing ephemeral containers "stays" may not be removed*'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'refuses a changed container, and says what differs' {
        $null = New-EphemeralContainer web busybox -Name stays -ErrorAction SilentlyContinue
        $failure = Get-Failure { Import-EphemeralManifest -InputObject @{ name = 'stays'; image = 'alpine' } -Pod web @args }
        $failure.Exception.Message | Should -BeLike '*existing ephemeral containers "stays" may not be changed*'
        $failure.Exception.Message | Should -Match '- image: "busybox"'
        $failure.Exception.Message | Should -Match '\+ image: "alpine"'
    }

    It 'names all fields that the API forbids at once' {
        $failure = Get-Failure {
            Import-EphemeralManifest -Pod web -InputObject @{
                name = 'forbidden'; image = 'busybox'; ports = @(@{ containerPort = 80 }); restartPolicy = 'Always'
                resources = @{ limits = @{ cpu = 1 } }; livenessProbe = @{ exec = @{ command = @('true') } }; lifecycle = @{}
                volumeMounts = @(@{ name = 'd'; mountPath = '/d'; subPath = 'x' })
            } @args
        }
        $failure.Exception.Causes.Field | Sort-Object | Should -Be @(
            'spec.ephemeralContainers[0].lifecycle', 'spec.ephemeralContainers[0].livenessProbe', 'spec.ephemeralContainers[0].ports'
            'spec.ephemeralContainers[0].resources', 'spec.ephemeralContainers[0].restartPolicy', 'spec.ephemeralContainers[0].volumeMounts[0].subPath')
    }

    It 'changes nothing with -WhatIf' {
        $before = @(Get-EphemeralContainer web).Count
        Import-EphemeralManifest -InputObject @{ name = New-Name; image = 'busybox' } -Pod web -WhatIf | Should -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'refuses <Case> (<Id>)' -ForEach @(
        @{ Case = 'what is no document'; Id = 'InvalidManifest'; Category = 'InvalidData'; Parameters = @{ InputObject = "kind: Deployment`napiVersion: apps/v1" } }
        @{ Case = 'what is neither JSON nor YAML'; Id = 'InvalidManifest'; Category = 'InvalidData'; Parameters = @{ InputObject = "a: [`nb" } }
        @{ Case = 'a document without a pod'; Id = 'ManifestPodMissing'; Category = 'InvalidArgument'; Parameters = @{ InputObject = @{ name = 'a'; image = 'b' } } }
        @{ Case = 'a document for another pod'; Id = 'ManifestPodMismatch'; Category = 'InvalidArgument'; Parameters = @{ Pod = 'web'; InputObject = @{ kind = 'EphemeralContainers'; metadata = @{ name = 'api' }; ephemeralContainers = @() } } }
        @{ Case = 'a pod that is not there'; Id = 'PodNotFound'; Category = 'ObjectNotFound'; Parameters = @{ Pod = 'missing'; InputObject = @{ name = 'a'; image = 'b' } } }
    ) {
        $failure = Get-Failure { Import-EphemeralManifest @Parameters @args }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says which line of a file is wrong, and which file is not there' {
        $file = New-TestFile broken.yaml "kind: Pod`nspec: [`n"
        $failure = Get-Failure { Import-EphemeralManifest $file @args }
        $failure.TargetObject | Should -Be $file
        $failure.Exception.Message | Should -Match 'broken\.yaml.*line \d'
        (Get-Failure { Import-EphemeralManifest (Join-Path $TestDrive 'none.yaml') @args }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileNotReadable,*'
        (Get-Failure { Import-EphemeralManifest -LiteralPath (Join-Path $TestDrive 'none.yaml') @args }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileNotReadable,*'
    }
}
