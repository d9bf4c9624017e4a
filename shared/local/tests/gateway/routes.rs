//! The routes of the deployment.

use serde_json::Value;
use spaces_local::Template;

use crate::{Functions, World};

#[tokio::test]
async fn every_route_of_the_template_reaches_its_function() {
    let template = Template::of_this_checkout().unwrap();
    let resources = template.document()["Resources"].as_object().unwrap();
    let functions = Functions::default();
    let endpoint = functions.start().await;
    let world = World::with(&template, functions, &endpoint).await;
    let mut routes = 0;
    for route in resources.values().filter(|resource| resource["Type"] == "AWS::ApiGatewayV2::Route") {
        let key = route["Properties"]["RouteKey"].as_str().unwrap();
        let target = route["Properties"]["Target"]["Fn::Sub"].as_str().unwrap();
        let integration = target.trim_start_matches("integrations/${").trim_end_matches('}');
        let function = &resources[integration]["Properties"]["IntegrationUri"]["Fn::If"][2]["Fn::GetAtt"][0];
        let package = &resources[function.as_str().unwrap()]["Metadata"]["BuildProperties"]["Binary"];
        let path = key.split_once(' ').map_or("/any/where", |(_, path)| path);
        let path = path.replace("{id}", "59039e47e2cda45e3bbbfc7f").replace("{proxy+}", "any/where");
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            assert_eq!(reached(&world, method, &path).await, (package.clone(), key.to_owned()), "{method} {path}");
        }
        routes += 1;
    }
    assert!(routes > 10, "{routes}");
}

#[tokio::test]
async fn preflights_and_unknown_paths_reach_a_function() {
    let template = Template::of_this_checkout().unwrap();
    let functions = Functions::default();
    let endpoint = functions.start().await;
    let world = World::with(&template, functions, &endpoint).await;
    let default = reached(&world, "GET", "/").await.0;
    for (method, path) in [
        ("OPTIONS", "/"),
        ("OPTIONS", "/api/spaces/59039e47e2cda45e3bbbfc7f"),
        ("GET", "/api/"),
        ("GET", "/api/spaces/invite/more"),
        ("POST", "/favicon.ico"),
    ] {
        assert_eq!(reached(&world, method, path).await.0, default, "{method} {path}");
    }
}

/// Returns the name of the function that a request reaches, and the key of its route.
async fn reached(world: &World, method: &str, path: &str) -> (Value, String) {
    assert_eq!(world.send(method, path, &[], b"").await.status(), 204, "{method} {path}");
    let (function, event) = world.functions.invocations.lock().unwrap().pop().unwrap();
    (function.into(), event["routeKey"].as_str().unwrap().to_owned())
}
