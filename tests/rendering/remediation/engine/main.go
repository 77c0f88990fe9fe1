// What Argo Events' own code makes of our objects: read strictly, judged by its controllers' checks, filtered and executed by its sensor's.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"

	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/eventsources/common/webhook"
	"github.com/argoproj/argo-events/pkg/reconciler/eventbus"
	"github.com/argoproj/argo-events/pkg/reconciler/sensor"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
	standard "github.com/argoproj/argo-events/pkg/sensors/triggers/standard-k8s"
)

type asked struct {
	Sensor     json.RawMessage `json:"sensor"`
	Source     json.RawMessage `json:"source"`
	Bus        json.RawMessage `json:"bus"`
	Alerts     json.RawMessage `json:"alerts"`     // what Alertmanager's webhook sent; none: the objects are only judged
	Kubeconfig string          `json:"kubeconfig"` // none: nothing is executed
	User       string          `json:"user"`       // as whom
}

type act struct {
	Trigger string `json:"trigger"`
	Error   string `json:"error"`
	Wanted  any    `json:"wanted"`
}

type told struct {
	Faults   []string `json:"faults"`
	Passed   []string `json:"passed"`
	Recorded []string `json:"recorded"`
	Done     []act    `json:"done"`
}

func main() {
	var given asked
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	found := told{Faults: []string{}, Passed: []string{}, Recorded: []string{}, Done: []act{}}
	var theSensor v1alpha1.Sensor
	var theSource v1alpha1.EventSource
	var theBus v1alpha1.EventBus
	strictly(given.Sensor, &theSensor, &found)
	strictly(given.Source, &theSource, &found)
	strictly(given.Bus, &theBus, &found)
	if len(found.Faults) == 0 {
		complain(&found, eventbus.ValidateEventBus(&theBus))
		for _, hook := range theSource.Spec.Webhook { // the check of all kinds of sources would bring every cloud's SDK
			complain(&found, webhook.ValidateWebhookContext(&hook.WebhookContext))
		}
		complain(&found, sensor.ValidateSensor(&theSensor, &theBus))
	}
	if len(found.Faults) == 0 && given.Alerts != nil {
		happen(given, &theSensor, &found)
	}
	_ = json.NewEncoder(os.Stdout).Encode(found)
}

func strictly(text json.RawMessage, into any, found *told) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	complain(found, decoder.Decode(into))
}

func complain(found *told, err error) {
	if err != nil {
		found.Faults = append(found.Faults, err.Error())
	}
}

// happen lets one notification go the sensor's way: filters, conditions, parameters, execution.
func happen(given asked, theSensor *v1alpha1.Sensor, found *told) {
	data, _ := json.Marshal(map[string]json.RawMessage{"header": []byte("{}"), "body": given.Alerts})
	event := &v1alpha1.Event{Context: &v1alpha1.EventContext{DataContentType: "application/json"}, Data: data}
	passed := map[string]bool{}
	for _, dependency := range theSensor.Spec.Dependencies {
		ok, _ := dependencies.Filter(event, dependency.Filters, dependency.FiltersLogicalOperator)
		if ok {
			passed[dependency.Name] = true
			found.Passed = append(found.Passed, dependency.Name)
		}
	}
	for _, trigger := range theSensor.Spec.Triggers {
		// Conditions of ours are names, joined by "||".
		for _, name := range strings.Split(trigger.Template.Conditions, " || ") {
			if !passed[name] {
				continue
			}
			if trigger.Template.Log != nil {
				found.Recorded = append(found.Recorded, trigger.Template.Name)
			} else {
				found.Done = append(found.Done, execute(given, theSensor, trigger, map[string]*v1alpha1.Event{name: event}))
			}
		}
	}
}

func execute(given asked, theSensor *v1alpha1.Sensor, trigger v1alpha1.Trigger, events map[string]*v1alpha1.Event) act {
	done := act{Trigger: trigger.Template.Name}
	config := &rest.Config{}
	if given.Kubeconfig != "" {
		loaded, err := clientcmd.BuildConfigFromFlags("", given.Kubeconfig)
		if err != nil {
			panic(err)
		}
		config = loaded
		config.Impersonate = rest.ImpersonationConfig{UserName: given.User}
	}
	plain := kubernetes.NewForConfigOrDie(config)
	it := standard.NewStandardK8sTrigger(plain, dynamic.NewForConfigOrDie(config), theSensor, &trigger, zap.NewNop().Sugar())
	resource, err := it.FetchResource(context.Background())
	if err == nil {
		resource, err = it.ApplyResourceParameters(events, resource)
	}
	if err == nil {
		done.Wanted = resource.(*unstructured.Unstructured).Object
		if given.Kubeconfig != "" {
			_, err = it.Execute(context.Background(), events, resource)
		}
	}
	if err != nil {
		done.Error = err.Error()
	}
	return done
}
